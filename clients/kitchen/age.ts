/**
 * How old a ticket is, in the shop's own minutes (amber_minutes and red_minutes).
 *
 * A new order ages from the moment it was placed. Once a time is promised the promise counts, not the age: red when it is
 * past, amber as long before it as amber comes before red, but not before half of the promised time is over.
 */
import { type Age, serverNow } from "../lib/time";
import { stepOf } from "../lib/frames";
import type { Order, Shop } from "../lib/wire";

const MINUTE = 60_000;

/** The moments, in ms, from which a ticket is amber and red; null for one that has been cooked. */
export function turns(order: Order, shop: Pick<Shop, "amber_minutes" | "red_minutes"> | null): { amber: number; red: number } | null {
  if (order.status === "ready" || order.status === "dispatched") return null;
  const amber = (shop?.amber_minutes ?? 5) * MINUTE;
  const red = (shop?.red_minutes ?? 10) * MINUTE;
  const since = Date.parse((order.status !== "placed" && stepOf(order, "accepted")?.at) || order.placed_at);
  if (order.status === "placed" || order.promised_at === null) return { amber: since + amber, red: since + red };
  const promised = Date.parse(order.promised_at);
  return { amber: Math.max(promised - Math.max(0, red - amber), since + (promised - since) / 2), red: promised };
}

/** A ticket's age now. */
export function ageOf(order: Order, shop: Pick<Shop, "amber_minutes" | "red_minutes"> | null, now: number = serverNow()): Age {
  const at = turns(order, shop);
  return at === null || now < at.amber ? "fresh" : now < at.red ? "amber" : "red";
}
