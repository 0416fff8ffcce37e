/** When to ring: after the ticket is painted, and again every 5 seconds until somebody has tapped it (product.md 4). */
import type { Tone } from "../lib/log";
import { afterPaint } from "../lib/paint";
import type { Order } from "../lib/wire";
import { notify } from "./attention";
import { marks, newsOf } from "./marks";
import { play, speak } from "./sound";
import { isUrgent, log, RED_S, savedAt, silence, unnoticed } from "./state";
import { t } from "./words";

const AGAIN_MS = 5_000;

let rangAt = 0;

/** Tones that wait for the paint: frames that come together sound together, each tone once. */
const waiting = new Set<Tone>();

/** Ring once what is new can be seen, and let it be said and shown elsewhere. */
export function ring(tone: Tone, orders: readonly Order[] = []): void {
  const numbers = orders.map((order) => order.number).join(", ");
  if (tone === "new") speak(() => t().spoken(numbers));
  notify(() => `${t().tones[tone]} ${numbers}`, tone);
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
  if (Date.now() - rangAt < AGAIN_MS || savedAt.value > 0) return; // what is only kept may be over
  const orders = unnoticed();
  if (orders.length > 0) {
    const urgent = orders.some(isUrgent);
    play(urgent ? "urgent" : "new", urgent ? 1 : 0.6);
  } else if (log.value.gone.size > 0) {
    play("cancelled");
  } else {
    const tone = unanswered();
    if (tone === null || Date.now() - rangAt < NEWS_MS) return;
    play(tone);
  }
  rangAt = Date.now();
}

/** A question is less than an order: it is asked again, but it does not press. */
const NEWS_MS = 15_000;

/** What about an open order nobody here has acknowledged yet: the tone it came with. */
function unanswered(): Tone | null {
  let tone: Tone | null = null;
  for (const order of log.value.orders.values()) {
    const news = newsOf(order, marks.value.get(order.id));
    if (news.nudge) return "nudge";
    if (news.message || news.cancel) tone = "message";
  }
  return tone;
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
