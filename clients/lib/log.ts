/**
 * The kitchen's stream as a pure function: what a screen knows, and what it must do about each frame.
 *
 * Rules (protocol.md 2.3): what is known is dropped, what follows is applied, a gap asks for a resume, another epoch is
 * another history. Every batch without a gap is acknowledged, a repeated one too: its first ack may be what was lost.
 * A frame rings at most once in each tone, and only for what still is so after it: a screen that was away catches up in peace.
 */
import { isOpen } from "./frames";
import type { Event, Events, Order, Shop, Snapshot } from "./wire";

export interface Log {
  readonly epoch: string | null;
  readonly seq: number;
  /** Open orders by id. */
  readonly orders: ReadonlyMap<string, Order>;
  /** Orders that ended without the kitchen's doing (cancelled by the guest, expired): shown until somebody taps them away. */
  readonly gone: ReadonlyMap<string, Order>;
  /** Completed orders that can still be called back, newest first. */
  readonly done: readonly Order[];
  readonly shop: Shop | null;
}

export type Tone = "new" | "cancelled" | "nudge" | "message" | "lost";

export type Effect =
  | { do: "resume"; seq: number }
  | { do: "restart" }
  | { do: "ack"; seq: number }
  | { do: "ring"; tone: Tone; orders: readonly Order[] };

export interface Applied {
  log: Log;
  effects: Effect[];
  /** Events of the frame that the screen had already. */
  dropped: number;
}

export const RECALL_MS = 600_000; // protocol.md 2.4: called back inside 10 minutes
const DONE_KEPT = 30;

export const emptyLog: Log = { epoch: null, seq: 0, orders: new Map(), gone: new Map(), done: [], shop: null };

/** Return the log after a snapshot or a batch of events, and what the screen must do. */
export function apply(log: Log, frame: Snapshot | Events): Applied {
  return frame.type === "snapshot" ? takeSnapshot(log, frame) : takeEvents(log, frame);
}

/** Return the log with the shop's present state, as a welcome or an HTTP answer told it. */
export const withShop = (log: Log, shop: Shop): Log => ({ ...log, shop });

/** Return the log after somebody has seen that this order is gone. */
export function dismiss(log: Log, id: string): Log {
  const gone = new Map(log.gone);
  gone.delete(id);
  return { ...log, gone };
}

/**
 * Return the log of a screen that must begin again, as the history that it followed is no more: orders stay until a snapshot
 * comes. One that follows no history yet keeps what a reload has kept.
 */
export const startOver = (log: Log): Log => (log.epoch === null ? log : { ...log, epoch: null, seq: 0, gone: new Map() });

/** When an order ended or became ready, in ms. */
export const endedAt = (order: Order): number => Date.parse(order.history.at(-1)?.at ?? order.placed_at);

function takeSnapshot(log: Log, frame: Snapshot): Applied {
  // A late snapshot of the same history that is older than the screen would bring back orders that have gone.
  if (log.epoch === frame.epoch && frame.seq < log.seq) return { log, effects: [{ do: "ack", seq: log.seq }], dropped: 0 };
  // Without an epoch the page has just been loaded: what it kept over the reload is of this history.
  const same = log.epoch === null || log.epoch === frame.epoch;
  const orders = new Map(frame.orders.map((order) => [order.id, order]));
  const heard = frame.orders
    .filter((order) => order.status === "placed" && !log.orders.has(order.id))
    .map((order): Heard => ["new", order]);
  const gone = new Map([...log.gone].filter(([id]) => same && !orders.has(id)));
  const done = log.done.filter((order) => !orders.has(order.id));
  const next: Log = { ...log, epoch: frame.epoch, seq: frame.seq, orders, gone, done };
  return { log: next, effects: [...rings(next, heard), { do: "ack", seq: frame.seq }], dropped: 0 };
}

function takeEvents(log: Log, frame: Events): Applied {
  // A screen that has no epoch yet takes no events either: only a snapshot says what is open now.
  if (frame.epoch !== log.epoch) return { log, effects: [{ do: "restart" }], dropped: 0 };
  if (frame.prev > log.seq) return { log, effects: [{ do: "resume", seq: log.seq }], dropped: 0 };

  const orders = new Map(log.orders);
  const gone = new Map(log.gone);
  const heard: Heard[] = [];
  let { seq, done, shop } = log;
  let hole = false;
  let dropped = 0;
  for (const event of frame.events) {
    if (event.seq <= seq) {
      dropped++;
      continue;
    }
    if (event.seq !== seq + 1) {
      hole = true;
      break;
    }
    seq = event.seq;
    if (event.shop != null) shop = event.shop;
    if (event.order == null) continue;
    const order = event.order;
    const before = orders.get(order.id);
    const tone = toneOf(event, order, before);
    if (tone) heard.push([tone, order]);
    if (isOpen(order)) {
      orders.set(order.id, order);
      gone.delete(order.id);
    } else {
      orders.delete(order.id);
      if (endedElsewhere(order) && (before !== undefined || gone.has(order.id))) gone.set(order.id, order);
    }
    done = done.filter((other) => other.id !== order.id);
    if (order.status === "completed") done = [order, ...done].slice(0, DONE_KEPT);
  }
  const next: Log = { ...log, seq, orders, gone, done, shop };
  return { log: next, effects: [...rings(next, heard), hole ? { do: "resume", seq } : { do: "ack", seq }], dropped };
}

/** What an event sounds like, and the order as of that event. */
type Heard = [Tone, Order];

/** Return at most one ring in each tone, for the orders that still are in the log what it says, in the order of the events. */
function rings(log: Log, heard: readonly Heard[]): Effect[] {
  const byTone = new Map<Tone, Map<string, Order>>();
  for (const [tone, { id }] of heard) {
    const order = log.orders.get(id) ?? log.gone.get(id);
    if (order === undefined || !stillSo(tone, order)) continue;
    byTone.set(tone, (byTone.get(tone) ?? new Map<string, Order>()).set(id, order));
  }
  return [...byTone].map(([tone, orders]) => ({ do: "ring", tone, orders: [...orders.values()] }));
}

function stillSo(tone: Tone, order: Order): boolean {
  switch (tone) {
    case "new":
      return order.status === "placed";
    case "cancelled":
      return endedElsewhere(order) || order.cancel_requested_at != null;
    case "message":
      return order.messages.at(-1)?.from === "customer";
    default:
      return isOpen(order);
  }
}

function toneOf(event: Event, order: Order, before: Order | undefined): Tone | null {
  switch (event.type) {
    case "order.placed":
      return order.status === "placed" ? "new" : null;
    case "order.nudged":
      return "nudge";
    case "order.message":
      return order.messages.at(-1)?.from === "customer" ? "message" : null;
    case "order.updated":
      if (before === undefined) return null; // called back: whoever asked to cancel it was heard then
      if (endedElsewhere(order)) return "cancelled";
      if (order.cancel_requested_at != null && before.cancel_requested_at == null && isOpen(order)) return "cancelled";
      return null;
    default:
      return null;
  }
}

function endedElsewhere(order: Order): boolean {
  if (order.status === "expired") return true;
  return order.status === "cancelled" && order.history.at(-1)?.by !== "kitchen";
}
