/** What a kitchen's screen knows. Who tells it: the line (line.ts). What it asks for: commands.ts. */
import { signal } from "@preact/signals";
import { type Times } from "../lib/delivery";
import { dismiss, emptyLog, endedAt, type Log, RECALL_MS } from "../lib/log";
import type { LinkState } from "../lib/socket";
import { load, save } from "../lib/store";
import { serverNow } from "../lib/time";
import type { Order } from "../lib/wire";

// --- who this screen is ---------------------------------------------------------------------------------------------------

export interface Device {
  token: string;
  shop: string;
}

const DEVICE = "orderbell.device";
const DONE = "orderbell.done";
const GONE = "orderbell.gone";

export const device = signal<Device | null>(load<Device | null>(DEVICE, null));
/** Set when the server has sent this screen away: the close code. */
export const sentAway = signal(0);

export function setDevice(next: Device | null): void {
  device.value = next;
  save(DEVICE, next);
  save(DONE, null);
  save(GONE, null);
  log.value = emptyLog;
  times.value = new Map();
}

// --- the log, and what a reload must not forget of it ---------------------------------------------------------------------

const GONE_MS = 3_600_000; // later than that nobody waits at the counter
const kept = (key: string, lastsMs: number): Order[] =>
  load<Order[]>(key, []).filter((order) => serverNow() - endedAt(order) < lastsMs);

export const log = signal<Log>({
  ...emptyLog,
  done: kept(DONE, RECALL_MS),
  gone: new Map(kept(GONE, GONE_MS).map((order) => [order.id, order])),
});

/** Show another state of the log, and keep of it what no snapshot would bring back. */
export function setLog(next: Log): void {
  const before = log.value;
  log.value = next;
  if (next.done !== before.done) save(DONE, next.done);
  if (next.gone !== before.gone) save(GONE, [...next.gone.values()]);
}

export const takeAway = (id: string): void => setLog(dismiss(log.value, id));

/** The shop's last seq, as far as this screen has heard. */
export const stored = signal(0);
/** How long the last orders took to a screen. */
export const times = signal<Times>(new Map());
/** Events that came although they were on this screen already, since it was loaded. */
export const dropped = signal(0);

// --- the line -------------------------------------------------------------------------------------------------------------

export const line = signal<LinkState>("waiting");
/** The socket does not come through, and asking by HTTP does. */
export const polling = signal(false);
/** When the server was last heard, in local ms; 0 before the first time. */
export const heard = signal(0);
/** When the service began, in local ms. */
export const startedAt = signal(0);
/** How long the server has been silent, in ms. */
export const silence = (): number => (startedAt.value === 0 ? 0 : Math.max(0, Date.now() - (heard.value || startedAt.value)));

export const AMBER_S = 10;
export const RED_S = 20;

// --- who has looked -------------------------------------------------------------------------------------------------------

/** Orders somebody has tapped: they ring no more. */
export const tapped = signal<ReadonlySet<string>>(new Set());
/** The order that has just come, for those who listen instead of look. */
export const announced = signal("");

export const tap = (id: string): void => {
  if (!tapped.value.has(id)) tapped.value = new Set(tapped.value).add(id);
};

const LOUDER_MS = 30_000;

/** Orders that wait for somebody to notice them. */
export const unnoticed = (): Order[] =>
  [...log.value.orders.values()].filter((order) => order.status === "placed" && !tapped.value.has(order.id));

/** Say whether an order has waited so long for somebody to notice it that it must be louder: by the server's clock. */
export const isUrgent = (order: Order): boolean =>
  order.status === "placed" && !tapped.value.has(order.id) && serverNow() - Date.parse(order.placed_at) >= LOUDER_MS;
