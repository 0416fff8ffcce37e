/** Ask by HTTP while the socket is away: one question at a time, spread, and later where the server asks for room. */
import { Refusal } from "./api";

export interface PollOptions {
  everyMs: number;
  /** Ask once; return whether there is more to ask for at once. May throw: the next question comes all the same. */
  ask: () => Promise<boolean>;
  random?: () => number;
}

const SOON_MS = 250;
const LATEST_MS = 30_000;

export class Poller {
  private running = false;
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: PollOptions) {}

  /** Begin: the first question comes in about half an interval, when a line that was cut short is back already. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.wait(this.spread() / 2);
  }

  /** End. The answer to a question on its way may still come. */
  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  /** Ask now, if this is running. */
  now(): void {
    if (this.running) this.wait(0);
  }

  /** An interval, give or take a fifth. */
  private spread(): number {
    return this.options.everyMs * (0.8 + 0.4 * (this.options.random ?? Math.random)());
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), ms);
  }

  private async run(): Promise<void> {
    if (this.asking) return; // its end sets the next
    this.asking = true;
    let next = this.spread();
    try {
      if (await this.options.ask()) next = SOON_MS;
    } catch (error) {
      if (error instanceof Refusal) next = Math.max(next, Math.min(error.retryAfterMs, LATEST_MS));
    }
    this.asking = false;
    if (this.running) this.wait(next);
  }
}
