/** When to ring: after the ticket is painted, and again every 5 seconds until somebody has tapped it (product.md 4). */
import type { Tone } from "../lib/log";
import { afterPaint } from "../lib/paint";
import type { Order } from "../lib/wire";
import { play } from "./sound";
import { log, RED_S, silence, tapped } from "./state";

const AGAIN_MS = 5_000;
const LOUDER_MS = 30_000;

let ringing: ReturnType<typeof setInterval> | undefined;
const since = new Map<string, number>();

/** Orders that wait for somebody to notice them. */
export const unnoticed = (): Order[] =>
  [...log.value.orders.values()].filter((order) => order.status === "placed" && !tapped.value.has(order.id));

/** Ring for an order once it can be seen. */
export function ring(tone: Tone, order: Order): void {
  if (tone === "new") since.set(order.id, Date.now());
  afterPaint(() => play(tone));
  ringing ??= setInterval(again, AGAIN_MS);
}

function again(): void {
  const waiting = unnoticed();
  const leaving = [...log.value.gone.values()];
  for (const id of since.keys()) if (!waiting.some((order) => order.id === id)) since.delete(id);
  if (waiting.length > 0) {
    const long = waiting.some((order) => Date.now() - (since.get(order.id) ?? Date.now()) >= LOUDER_MS);
    play("new", long ? 1 : 0.6);
  } else if (leaving.length > 0) {
    play("cancelled");
  } else {
    clearInterval(ringing);
    ringing = undefined;
  }
}

const LOST_EVERY_S = 10;
let lostAt = 0;

/** The line has been silent too long: say so in its own voice. Called every second. */
export function ringLost(): void {
  if (silence() < RED_S * 1000) {
    lostAt = 0;
    return;
  }
  if (Date.now() - lostAt < LOST_EVERY_S * 1000) return;
  lostAt = Date.now();
  play("lost", 0.8);
}
