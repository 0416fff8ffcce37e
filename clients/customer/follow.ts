/** One order, live: by the socket, by polling where the socket does not come through, and after a reload at once by HTTP. */
import { effect, signal } from "@preact/signals";
import * as api from "../lib/api";
import type { CommandBody } from "../lib/frames";
import { lang } from "../lib/i18n";
import { Poller } from "../lib/poll";
import { Link, type LinkState, socketUrl } from "../lib/socket";
import { load, randomId, save } from "../lib/store";
import { serverNow } from "../lib/time";
import { type Line, lineOf, newer } from "../lib/tracker";
import type { Command, Order, Result, Shop } from "../lib/wire";
import { keepOrder, keptOrder, keptShop } from "./kept";
import { wanted } from "./notify";
import type { Loading } from "./state";

const POLL_MS = 5_000;
const RESEND_MS = 5_000;
/** In a tab that nobody sees, while its news is wanted. */
const UNSEEN_POLL_MS = 30_000;

/** A refused command, and why. */
export type Fault = NonNullable<Result["error"]> & { command: Command["name"] };

/** Everything about the order that one page shows. */
export class Follower {
  readonly order = signal<Order | null>(null);
  readonly shop = signal<Shop | null>(null);
  readonly loading = signal<Loading>("loading");
  readonly state = signal<LinkState>("connecting");
  /** When this page last heard something from the server, in local ms; 0 before that. */
  readonly heard = signal(0);
  /** When the server last said what is shown, in its own ms: on this page, or on an earlier one of this phone. */
  readonly asOf = signal(0);
  /** The server no longer knows the order that is shown. */
  readonly gone = signal(false);
  /** Names of commands that wait for their result. */
  readonly pending = signal<readonly string[]>([]);
  readonly failed = signal<Fault | null>(null);
  /** When this phone last nudged, in server ms. */
  readonly nudgedAt = signal<number | null>(null);

  private readonly begun = Date.now();
  private asked = 0;
  private epoch: string | null = null;
  private restored = false;
  /** What is shown was kept by an earlier page: whatever the server says now is said later. */
  private kept = false;
  private readonly link: Link;
  private readonly outbox = new Map<string, Command>();
  /** How often each message on its way had been said before: it may show in the order before its own result comes. */
  private readonly saidBefore = new Map<string, number>();
  private readonly poller = new Poller({
    everyMs: POLL_MS,
    ask: async () => {
      const news = wanted.peek().includes(this.id) && Date.now() - this.asked > UNSEEN_POLL_MS;
      if (document.visibilityState === "visible" || news) await this.fetch();
      return false;
    },
  });

  constructor(
    private readonly id: string,
    private readonly token: string,
  ) {
    this.nudgedAt.value = load<number | null>(this.nudgeKey, null);
    this.recall();
    this.link = new Link({
      url: socketUrl(),
      hello: () => ({ type: "hello", role: "customer", order: id, token, lang: lang.value }),
      onFrame: (frame) => {
        if (frame.type === "welcome") this.bind(frame.epoch);
        if (frame.type === "order") {
          this.take(frame.order, this.restored);
          this.restored = false;
        }
        if ((frame.type === "welcome" || frame.type === "shop") && frame.shop) this.shop.value = frame.shop;
        if (frame.type === "welcome") for (const command of this.outbox.values()) this.link.send(command);
        if (frame.type === "result") this.settle(frame);
        if (frame.type === "error" && frame.id) this.refuse(frame.id, frame);
      },
      onState: (state, code) => {
        this.state.value = state;
        const sentAway = state === "stopped" && code >= 4000;
        if (state === "online" || (state === "stopped" && !sentAway)) this.poller.stop();
        else this.poller.start();
        if (sentAway) void this.fetch(); // it says why by HTTP, if not at once then later
      },
      onLife: () => this.hear(),
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
    const keep = () => this.keep();
    document.addEventListener("visibilitychange", look);
    const doubt = () => this.link.check(); // the browser says offline: a ping will tell
    addEventListener("offline", doubt);
    addEventListener("pagehide", keep);
    addEventListener("storage", this.nudgedElsewhere);
    return () => {
      unwatch();
      document.removeEventListener("visibilitychange", look);
      removeEventListener("offline", doubt);
      removeEventListener("pagehide", keep);
      removeEventListener("storage", this.nudgedElsewhere);
      this.link.stop();
      this.keep();
    };
  }

  /** How near the server is now. */
  line(): Line {
    const silent = this.heard.value === 0 ? null : Date.now() - this.heard.value;
    if (this.state.value !== "online" && navigator.onLine === false) return "off";
    return lineOf(this.state.value === "online", silent, Date.now() - this.begun);
  }

  /** Messages on their way. */
  saying(): string[] {
    void this.pending.value;
    return [...this.outbox.values()].flatMap(({ name, id, text }) =>
      name === "message" && text && this.timesSaid(text) <= (this.saidBefore.get(id) ?? 0) ? [text] : [],
    );
  }

  private timesSaid(text: string): number {
    return (this.order.value?.messages ?? []).filter((each) => each.from === "customer" && each.text === text).length;
  }

  /** Ask by HTTP. */
  async fetch(): Promise<void> {
    this.asked = Date.now();
    const shown = this.order.value?.version ?? 0;
    try {
      const { order } = await api.getOrder(this.id, this.token);
      this.hear();
      // An answer that is older than what was shown when we asked can only come from a database that was restored.
      this.take(order, order.version < shown);
    } catch (error) {
      // By the code: a guest network's page, or a proxy without a backend, has a 404 of its own.
      const refused = error instanceof api.Refusal && ["not_found", "unauthorized"].includes(error.problem.code);
      if (refused) this.link.stop();
      if (this.order.value) this.gone.value ||= refused;
      else this.loading.value = refused ? "unknown" : "failed";
    }
  }

  /** Ask for a change; it is sent again with the same id after a reconnect until its result comes. */
  command(body: CommandBody): void {
    const frame: Command = { type: "command", id: randomId(), ...body };
    this.outbox.set(frame.id, frame);
    if (body.text) this.saidBefore.set(frame.id, this.timesSaid(body.text));
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
    if (!result.ok) this.failed.value = { ...(result.error ?? { code: "unknown", detail: "" }), command: command.name };
    // "Too early" means that somebody else has just reminded the kitchen: the same wait begins.
    if (command.name === "nudge" && (result.ok || result.error?.code === "rate_limited")) this.noteNudge(serverNow());
  }

  /** Note when this phone has nudged. */
  private noteNudge(at: number): void {
    this.nudgedAt.value = at;
    save(this.nudgeKey, at);
  }

  private readonly nudgedElsewhere = (event: StorageEvent): void => {
    if (event.key === this.nudgeKey) this.nudgedAt.value = load<number | null>(this.nudgeKey, null);
  };

  private hear(): void {
    this.heard.value = Date.now();
    this.asOf.value = serverNow();
  }

  /** Show what an earlier page of this phone has seen last, until the server says more. */
  private recall(): void {
    const kept = keptOrder(this.id);
    if (!kept) return;
    this.kept = true;
    this.order.value = kept.order;
    const menu = kept.shop && keptShop(kept.shop.slug); // its names, if they are in the language that is spoken
    const categories = menu?.lang === lang.value ? menu.shop.categories : [];
    this.shop.value = kept.shop && { ...kept.shop, categories, attended: true };
    this.epoch = kept.epoch;
    this.asOf.value = kept.at;
    this.loading.value = "ok";
  }

  private keep(): void {
    const { order, shop, asOf } = this;
    if (order.value) keepOrder({ order: order.value, shop: shop.value, epoch: this.epoch, at: asOf.value });
  }

  /** Another epoch is another log: versions of before say nothing about it. */
  private bind(epoch: string): void {
    this.restored = this.epoch !== null && this.epoch !== epoch;
    this.epoch = epoch;
  }

  private take(order: Order, restored: boolean): void {
    const shown = this.order.value;
    const next = newer(this.kept ? null : shown, order, restored);
    this.kept = false;
    this.order.value = next;
    this.loading.value = "ok";
    this.gone.value = false;
    if (next !== shown) this.keep();
    if (!this.shop.value?.categories.length) void this.loadShop(order.shop);
  }

  /** The shop's phone and zone, where no welcome has told them. */
  private async loadShop(slug: string): Promise<void> {
    try {
      const { shop } = await api.getShop(slug, lang.value);
      if (!this.shop.value?.categories.length) this.shop.value = shop;
    } catch {
      // The order shows without them; the socket's welcome brings them too.
    }
  }

  private get nudgeKey(): string {
    return `orderbell.nudge.${this.id}`;
  }
}
