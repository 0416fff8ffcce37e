/** When to ring: after the ticket is painted, and again every 5 seconds until somebody has tapped it (product.md 4). */
import type { Tone } from "../lib/log";
import { afterPaint } from "../lib/paint";
import { play } from "./sound";
import { isUrgent, log, RED_S, silence, unnoticed } from "./state";

const AGAIN_MS = 5_000;

let rangAt = 0;

/** Ring once what is new can be seen. */
export function ring(tone: Tone): void {
  rangAt = Date.now();
  afterPaint(() => play(tone));
}

/** Ring again while somebody must still look. Called every second. */
export function ringAgain(): void {
  if (Date.now() - rangAt < AGAIN_MS) return;
  const waiting = unnoticed();
  if (waiting.length > 0) {
    const urgent = waiting.some(isUrgent);
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
