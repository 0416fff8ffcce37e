/** When to ring: after the ticket is painted, and again every 5 seconds until somebody has tapped it (product.md 4). */
import type { Tone } from "../lib/log";
import { afterPaint } from "../lib/paint";
import { play } from "./sound";
import { isUrgent, log, RED_S, silence, unnoticed } from "./state";

const AGAIN_MS = 5_000;

let rangAt = 0;

/** Tones that wait for the paint: frames that come together sound together, each tone once. */
const waiting = new Set<Tone>();

/** Ring once what is new can be seen. */
export function ring(tone: Tone): void {
  rangAt = Date.now();
  if (waiting.size === 0) {
    afterPaint(() => {
      for (const each of waiting) play(each);
      waiting.clear();
    });
  }
  waiting.add(tone);
}

/** Ring again while somebody must still look. Called every second. */
export function ringAgain(): void {
  if (Date.now() - rangAt < AGAIN_MS) return;
  const orders = unnoticed();
  if (orders.length > 0) {
    const urgent = orders.some(isUrgent);
    play(urgent ? "urgent" : "new", urgent ? 1 : 0.6);
  } else if (log.value.gone.size > 0) {
    play("cancelled");
  } else {
    return;
  }
  rangAt = Date.now();
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
