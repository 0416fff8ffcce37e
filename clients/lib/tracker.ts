/** One order as its customer follows it: only a newer version is ever shown. */
import type { Order } from "./wire";

/**
 * Return the newer of what is shown and what came; the same object when nothing is new. `restored`: the server is known to
 * tell of an older state, as after a restore of its database; then what it says is right.
 */
export function newer(shown: Order | null, came: Order, restored = false): Order {
  if (shown === null || shown.id !== came.id) return came;
  return came.version > shown.version || (restored && came.version < shown.version) ? came : shown;
}

export type Line = "live" | "polling" | "connecting" | "off";

const OFF_AFTER_MS = 15_000;
const PATIENCE_MS = 4_000;

/** Say how near the server is: by its socket, by questions every few seconds, or not at all. `silent` and `open` are spans in ms. */
export function lineOf(online: boolean, silent: number | null, open: number): Line {
  if (online) return "live";
  if (silent !== null && silent < OFF_AFTER_MS) return open < PATIENCE_MS ? "connecting" : "polling";
  return silent === null && open < PATIENCE_MS ? "connecting" : "off";
}

const UNSEEN_MS = 10_000;
const UNCONFIRMED_MS = 60_000;

/** Say whether an order should be on a screen of the kitchen by now and is not (product.md 4); `now` is the server's, in ms. */
export const isUnseen = (order: Order, now: number): boolean =>
  order.status === "placed" && order.seen_at == null && now - Date.parse(order.placed_at) >= UNSEEN_MS;

export type Wait = "short" | "unconfirmed" | "late";

/** Say how an order waits to be accepted: not long, longer than a minute, or past its deadline; null when it does not wait. */
export function waitOf(order: Order, now: number): Wait | null {
  if (order.status !== "placed") return null;
  if (now >= Date.parse(order.accept_by)) return "late";
  return now - Date.parse(order.placed_at) >= UNCONFIRMED_MS ? "unconfirmed" : "short";
}

export const NUDGE_AFTER_MS = 5 * 60_000;
export const NUDGE_EVERY_MS = 3 * 60_000;
export const NUDGES = 5;

export type NudgeState = { can: true; left: number } | { can: false; why: "closed" | "used_up" } | { can: false; why: "wait"; at: number };

/** Say whether the kitchen may be reminded now (protocol.md 2.4); `lastAt` is when this phone last did, in ms, or null. */
export function nudgeState(order: Order, now: number, lastAt: number | null): NudgeState {
  if (!["placed", "accepted", "preparing"].includes(order.status)) return { can: false, why: "closed" };
  if (order.nudges >= NUDGES) return { can: false, why: "used_up" };
  const first = Date.parse(order.placed_at) + NUDGE_AFTER_MS;
  const promised = order.promised_at == null ? first : Date.parse(order.promised_at);
  const at = Math.max(Math.min(first, promised), lastAt === null ? 0 : lastAt + NUDGE_EVERY_MS);
  return now < at ? { can: false, why: "wait", at } : { can: true, left: NUDGES - order.nudges };
}
