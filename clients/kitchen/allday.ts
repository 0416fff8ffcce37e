/** All day: what is still to be cooked, of all orders together. */
import type { Order, OrderLine } from "../lib/wire";

export interface Sum {
  key: string;
  /** One of the lines, for its names. */
  line: OrderLine;
  /** Pieces of accepted orders that are not crossed off. */
  count: number;
  /** Pieces of orders that nobody has accepted yet. */
  coming: number;
}

const keyOf = (line: OrderLine): string => [line.item, ...line.options.map(({ id }) => id).sort()].join(" ");

/** Add up the open lines that `counts`; the same dish with the same options is one, the most first. */
export function allDay(orders: Iterable<Order>, counts: (order: Order, line: OrderLine, index: number) => boolean): Sum[] {
  const sums = new Map<string, Sum>();
  for (const order of orders) {
    const coming = order.status === "placed";
    if (!coming && order.status !== "accepted" && order.status !== "preparing") continue;
    order.lines.forEach((line, index) => {
      if (!counts(order, line, index)) return;
      const key = keyOf(line);
      const sum = sums.get(key) ?? { key, line, count: 0, coming: 0 };
      sum[coming ? "coming" : "count"] += line.quantity;
      sums.set(key, sum);
    });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count || b.coming - a.coming || a.key.localeCompare(b.key));
}
