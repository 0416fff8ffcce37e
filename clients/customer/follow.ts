/** One order, live: by the socket, by polling where the socket does not come through, and after a reload at once by HTTP. */
import { effect, signal } from "@preact/signals";
import * as api from "../lib/api";
import type { CommandBody } from "../lib/frames";
import { lang } from "../lib/i18n";
import { Poller } from "../lib/poll";
import { Link, type LinkState, socketUrl } from "../lib/socket";
import { load, randomId, save } from "../lib/store";
import { newer } from "../lib/tracker";
import type { Command, Order, Result, Shop } from "../lib/wire";
import type { Loading } from "./state";

const POLL_MS = 5_000;
const RESEND_MS = 5_000;

/** Everything about the order that one page shows. */
export class Follower {
  readonly order = signal<Order | null>(null);
  readonly shop = signal<Shop | null>(null);
  readonly loading = signal<Loading>("loading");
  readonly state = signal<LinkState>("connecting");
  /** When something was last heard from the server, in local ms. */
  readonly heard = signal(0);
  /** Names of commands that wait for their result. */
  readonly pending = signal<readonly string[]>([]);
  readonly failed = signal<Result["error"] | null>(null);
  /** When this phone last nudged, in server ms. */
  readonly nudgedAt = signal<number | null>(null);

  private readonly link: Link;
  private readonly outbox = new Map<string, Command>();
  private readonly poller = new Poller({
    everyMs: POLL_MS,
    ask: async () => {
      if (document.visibilityState === "visible") await this.fetch();
      return false;
    },
  });

  constructor(
    private readonly id: string,
    private readonly token: string,
  ) {
    this.nudgedAt.value = load<number | null>(this.nudgeKey, null);
    this.link = new Link({
      url: socketUrl(),
      hello: () => ({ type: "hello", role: "customer", order: id, token, lang: lang.value }),
      onFrame: (frame) => {
        if (frame.type === "order") this.take(frame.order);
        if ((frame.type === "welcome" || frame.type === "shop") && frame.shop) this.shop.value = frame.shop;
        if (frame.type === "welcome") for (const command of this.outbox.values()) this.link.send(command);
        if (frame.type === "result") this.settle(frame);
        if (frame.type === "error" && frame.id) this.refuse(frame.id, frame);
      },
      onState: (state) => {
        this.state.value = state;
        if (state === "online" || state === "stopped") this.poller.stop();
        else this.poller.start();
      },
      onLife: () => {
        this.heard.value = Date.now();
      },
      ping: () => ({ type: "ping" }),
      pingEveryMs: 20_000,
      deadAfterMs: 8_000,
    });
  }

  start(): () => void {
    void this.fetch();
    let first = true;
    const unwatch = effect(() => {
      void lang.value; // the menu's names come in the language of the hello
      if (!first) this.link.restart();
      first = false;
    });
    this.link.start();
    const look = () => this.poller.now();
    document.addEventListener("visibilitychange", look);
    return () => {
      unwatch();
      document.removeEventListener("visibilitychange", look);
      this.link.stop();
    };
  }

  /** Ask by HTTP. */
  async fetch(): Promise<void> {
    try {
      const { order } = await api.getOrder(this.id, this.token);
      this.heard.value = Date.now();
      this.take(order);
    } catch (error) {
      if (this.order.value) return;
      const refused = error instanceof api.Refusal && [401, 404].includes(error.problem.status);
      this.loading.value = refused ? "unknown" : "failed";
      if (refused) this.link.stop();
    }
  }

  /** Ask for a change; it is sent again with the same id after a reconnect until its result comes. */
  command(body: CommandBody): void {
    const frame: Command = { type: "command", id: randomId(), ...body };
    this.outbox.set(frame.id, frame);
    this.failed.value = null;
    this.pending.value = [...this.outbox.values()].map((each) => each.name);
    this.link.send(frame);
  }

  /** "unavailable" is no answer: the same command goes out again in a while. */
  private refuse(id: string, error: NonNullable<Result["error"]>): void {
    if (error.code !== "unavailable") return this.settle({ type: "result", id, ok: false, error });
    setTimeout(() => {
      const command = this.outbox.get(id);
      if (command) this.link.send(command);
    }, RESEND_MS);
  }

  private settle(result: Result): void {
    const command = this.outbox.get(result.id);
    if (!command) return;
    this.outbox.delete(result.id);
    this.pending.value = [...this.outbox.values()].map((each) => each.name);
    if (!result.ok) this.failed.value = result.error ?? { code: "unknown", detail: "" };
  }

  /** Note when this phone has nudged. */
  noteNudge(at: number): void {
    this.nudgedAt.value = at;
    save(this.nudgeKey, at);
  }

  private take(order: Order): void {
    this.order.value = newer(this.order.value, order);
    this.loading.value = "ok";
    if (!this.shop.value) void this.loadShop(order.shop);
  }

  /** The shop's phone and zone, where no welcome has told them. */
  private async loadShop(slug: string): Promise<void> {
    try {
      const { shop } = await api.getShop(slug, lang.value);
      this.shop.value ??= shop;
    } catch {
      // The order shows without them; the socket's welcome brings them too.
    }
  }

  private get nudgeKey(): string {
    return `orderbell.nudge.${this.id}`;
  }
}
