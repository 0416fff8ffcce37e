/** Small makers of wire values for the tests. */
import type { Event, Events, Item, Order, Shop, Snapshot } from "../lib/wire";

export const AT = "2026-11-21T10:00:00Z";

export function order(id: string, over: Partial<Order> = {}): Order {
  const status = over.status ?? "placed";
  return {
    id, number: id.toUpperCase(), shop: "noodle-house", status, version: 1, service: "pickup", table: null, lines: [], total: 0,
    currency: "CNY", note: "", placed_at: AT, seen_at: null, accept_by: "2026-11-21T10:05:00Z", promised_at: null,
    cancel_requested_at: null, nudges: 0, history: [{ status, at: AT, by: "customer", reason: null }],
    customer: { name: "Li Lei", phone: "138****1234", address: null }, messages: [], ...over,
  };
}

/** The order one status on, as the kitchen or somebody else moved it. */
export const moved = (from: Order, status: Order["status"], by: "customer" | "kitchen" | "system" = "kitchen"): Order => ({
  ...from, status, version: from.version + 1, history: [...from.history, { status, at: AT, by, reason: null }],
});

export const event = (seq: number, value: Order, type: Event["type"] = "order.updated"): Event => ({ seq, type, at: AT, order: value });

export const events = (prev: number, ...list: Event[]): Events => ({ type: "events", epoch: "e1", prev, events: list });

export const snapshot = (seq: number, orders: Order[], epoch = "e1"): Snapshot => ({ type: "snapshot", epoch, seq, orders });

export const item = (id: string, over: Partial<Item> = {}): Item => ({ id, name: id, description: "", price: 1000, available: true, options: [], ...over });

const size = {
  id: "size", name: "Size", min: 1, max: 1,
  choices: [{ id: "regular", name: "Regular", price: 0, available: true }, { id: "large", name: "Large", price: 400, available: true }],
};
const extra = {
  id: "extra", name: "Extras", min: 0, max: 2,
  choices: ["egg", "beef", "tofu"].map((id) => ({ id, name: id, price: 300, available: true })),
};

export const noodles = item("beef-noodles", { name: "Beef noodles", price: 2800, options: [size, extra] });
export const cucumber = item("cucumber", { name: "Cucumber", price: 800 });

export const shop = (items: Item[] = [noodles, cucumber]): Shop => ({
  slug: "noodle-house", name: "Noodle House", open: true, currency: "CNY", timezone: "Asia/Shanghai", phone: "", accepting: "open",
  busy_minutes: null, paused_until: null, menu_version: 1, categories: [{ id: "all", name: "All", items }],
  attended: true, amber_minutes: 5, red_minutes: 10,
});

/** Always the same numbers from the same seed. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state % below;
  };
}
