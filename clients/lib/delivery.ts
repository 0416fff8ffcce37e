/** How long orders took from the database to a kitchen's screen: from `placed_at` to `seen_at`, both by the database's clock. */
import type { Order } from "./wire";

const KEPT = 50;
const NEEDED = 5;

export interface Time {
  placed: number;
  tookMs: number;
}

/** Times by order. */
export type Times = ReadonlyMap<string, Time>;

/**
 * Return the times with those of these orders, of the last 50 orders only; the same object when nothing is new.
 * An order from before `since` counts for nothing: it may have waited for somebody to switch a screen on.
 */
export function withTimes(times: Times, orders: Iterable<Order>, since = 0): Times {
  const fresh = [...orders].filter(
    (order) => order.seen_at !== null && !times.has(order.id) && Date.parse(order.placed_at) >= since,
  );
  if (fresh.length === 0) return times;
  const all = new Map(times);
  for (const order of fresh) {
    const placed = Date.parse(order.placed_at);
    all.set(order.id, { placed, tookMs: Math.max(0, Date.parse(order.seen_at ?? "") - placed) });
  }
  return new Map([...all].sort(([, a], [, b]) => a.placed - b.placed).slice(-KEPT));
}

/** Return within how many ms 95 of 100 orders were on a screen; null while there are fewer than 5. */
export function p95(times: Times): number | null {
  if (times.size < NEEDED) return null;
  const sorted = [...times.values()].map((time) => time.tookMs).sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null;
}
