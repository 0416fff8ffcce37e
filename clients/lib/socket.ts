/**
 * A socket that is open, or on its way to be: says hello, pings, notices a dead line, comes back with jitter.
 * Knows no orders: frames go to its owner, who answers for the rest.
 */
import { backoff, soon } from "./backoff";
import type { ClientFrame, ServerFrame } from "./frames";
import { learnServerTime } from "./time";

export type LinkState = "connecting" | "online" | "waiting" | "stopped";

export interface LinkOptions {
  url: string;
  /** The first frame of every connection: hello or pair. */
  hello: () => ClientFrame;
  onFrame: (frame: ServerFrame) => void;
  onState: (state: LinkState, closeCode: number) => void;
  /** Any sign of life from the server. */
  onLife?: () => void;
  ping: () => ClientFrame;
  pingEveryMs: number;
  /** A line that has said nothing for so long after a ping is dead, whatever the socket believes. */
  deadAfterMs?: number;
  /** At least so long an answer may take now, in ms: something large may be on its way before it. */
  patienceMs?: () => number;
  socket?: (url: string) => WebSocket;
  random?: () => number;
}

const WELCOME_MS = 10_000; // the server's own patience for a hello
const CHECK_MS = 2_500; // when somebody looks at the page, the answer must come sooner
const REFUSED_MS = 2_000; // 1013 and 4429: the server asked for room

/** Close codes after which coming back the same way would be refused again (protocol.md 2). */
const FINAL = [4401, 4409];

export class Link {
  state: LinkState = "waiting";
  private socket: WebSocket | null = null;
  /** Since when there is no line, in local ms; null while there is one. */
  private awaySince: number | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setTimeout> | undefined;
  private deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LinkOptions) {}

  /** Connect, and stay connected until stop(). */
  start(): void {
    if (typeof document !== "undefined") {
      document.addEventListener("visibilitychange", this.look);
      addEventListener("online", this.look);
      addEventListener("pageshow", this.look);
    }
    this.connect();
  }

  /** Close for good. */
  stop(code = 1000): void {
    if (typeof document !== "undefined") {
      document.removeEventListener("visibilitychange", this.look);
      removeEventListener("online", this.look);
      removeEventListener("pageshow", this.look);
    }
    this.drop();
    this.become("stopped", code);
  }

  /** Say hello again on a new connection. */
  restart(): void {
    if (this.state === "stopped") return;
    this.drop();
    this.connect();
  }

  /** Send a frame; false when there is no line to send it on. */
  send(frame: ClientFrame): boolean {
    if (this.state !== "online" || this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Ask for a sign of life now. */
  check(withinMs = CHECK_MS): void {
    if (this.state === "waiting") this.restart();
    else if (this.state === "online") this.sendPing(withinMs);
  }

  private readonly look = (): void => {
    if (document.visibilityState === "visible") this.check();
  };

  private connect(): void {
    clearTimeout(this.retry);
    this.become("connecting", 0);
    let socket: WebSocket;
    try {
      socket = (this.options.socket ?? ((url) => new WebSocket(url)))(this.options.url);
    } catch {
      this.comeBack(0);
      return;
    }
    this.socket = socket;
    this.expect(WELCOME_MS);
    socket.onopen = () => socket.send(JSON.stringify(this.options.hello()));
    socket.onmessage = (message) => {
      if (socket === this.socket) this.receive(message.data);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.closed(event.code);
    };
  }

  private receive(data: unknown): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    if (typeof frame !== "object" || frame === null || typeof frame.type !== "string") return;
    if ("at" in frame && typeof frame.at === "string") learnServerTime(frame.at);
    if (this.state === "connecting" && (frame.type === "welcome" || frame.type === "paired")) {
      this.awaySince = null;
      this.become("online", 0);
      this.nextBeat();
    }
    if (this.state === "online") {
      this.expectNothing();
      this.options.onLife?.();
    }
    this.options.onFrame(frame);
  }

  private nextBeat(): void {
    clearTimeout(this.beat);
    this.beat = setTimeout(() => {
      // A ping that still waits for its answer keeps its deadline: asking again would only put it off.
      if (this.deadline === undefined) this.sendPing(this.options.deadAfterMs ?? this.options.pingEveryMs);
      else this.nextBeat();
    }, this.options.pingEveryMs);
  }

  private sendPing(usualMs: number): void {
    if (!this.send(this.options.ping())) return;
    const withinMs = Math.max(usualMs, this.options.patienceMs?.() ?? 0);
    this.expect(withinMs);
    this.nextBeat();
  }

  /** Wait for a frame; without one the line is dead, and its own close event may be minutes away. */
  private expect(withinMs: number): void {
    this.expectNothing();
    this.deadline = setTimeout(() => {
      const alone = this.state === "online"; // found by our own ping: no other page finds it at the same moment
      this.drop();
      this.comeBack(1006, alone);
    }, withinMs);
  }

  private expectNothing(): void {
    clearTimeout(this.deadline);
    this.deadline = undefined;
  }

  private closed(code: number): void {
    this.drop();
    if (FINAL.includes(code)) this.stop(code);
    else this.comeBack(code);
  }

  private comeBack(code: number, alone = false): void {
    this.awaySince ??= Date.now();
    const least = code === 1013 || code === 4429 ? REFUSED_MS : undefined;
    const wait = alone ? soon(this.options.random) : backoff(Date.now() - this.awaySince, this.options.random, least);
    this.become("waiting", code);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), wait);
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.beat);
    this.expectNothing();
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private become(state: LinkState, code: number): void {
    if (this.state === state && state !== "stopped") return;
    this.state = state;
    this.options.onState(state, code);
  }
}

/** The socket's address beside the page's own. */
export const socketUrl = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/pgws`;
