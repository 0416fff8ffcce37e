/** What a kitchen's screen knows. Who tells it: the line (line.ts). What it asks for: commands.ts. */
import { computed, signal } from "@preact/signals";
import { type Times } from "../lib/delivery";
import { dismiss, emptyLog, endedAt, type Log, RECALL_MS } from "../lib/log";
import { DEVICE, type Device, keptDevice } from "../lib/parts/device";
import type { LinkState } from "../lib/socket";
import { load, save } from "../lib/store";
import { serverNow } from "../lib/time";
import type { Order, Shop } from "../lib/wire";

// --- who this screen is ---------------------------------------------------------------------------------------------------

const DONE = "orderbell.done";
const GONE = "orderbell.gone";
const SAVED = "orderbell.saved";

export const device = signal(keptDevice());
/** Set when the server has sent this screen away: the close code. */
export const sentAway = signal(0);

/** Be another screen, or none. */
export function setDevice(next: Device | null): void {
  save(DEVICE, next);
  for (const key of [DONE, GONE, SAVED]) save(key, null);
  become(next);
}

function become(next: Device | null): void {
  device.value = next;
  savedAt.value = 0;
  log.value = emptyLog;
  times.value = new Map();
}

/** Go on with a new token. Where it cannot be kept, or another page has left the shop, the old one stays: what a reload finds must hold. */
export function renew(token: string): void {
  const next = { ...device.value!, token };
  if (keptDevice()?.shop === next.shop && save(DEVICE, next)) device.value = next;
}

/** Take the server's no to a token; return whether another page has kept one to go on with. What others have kept is not forgotten. */
export function refused(token: string): boolean {
  const next = keptDevice();
  const isOthers = next !== null && next.token !== token;
  if (isOthers && next.shop === device.value?.shop) device.value = next;
  else if (isOthers) become(null);
  else setDevice(null);
  return device.value !== null;
}

// --- the log, and what a reload must not forget of it ---------------------------------------------------------------------

const GONE_MS = 3_600_000; // later than that nobody waits at the counter
const kept = (key: string, lastsMs: number): Order[] =>
  load<Order[]>(key, []).filter((order) => serverNow() - endedAt(order) < lastsMs);

/** The open orders as this screen knew them last, for a reload without a network. Where the server answers, its snapshot counts. */
interface Saved {
  at: number;
  orders: Order[];
  shop: Shop | null;
}
const SAVED_MS = 43_200_000;
const SAVED_ORDERS = 100;
const before = load<Saved | null>(SAVED, null);
const saved = before && serverNow() - before.at < SAVED_MS ? before : null;

/** When what is shown was true, in ms by the server's clock; 0 once the server has answered. */
export const savedAt = signal(saved?.at ?? 0);

export const log = signal<Log>({
  ...emptyLog,
  orders: new Map(saved?.orders.map((order) => [order.id, order])),
  shop: saved?.shop ?? null,
  done: kept(DONE, RECALL_MS),
  gone: new Map(kept(GONE, GONE_MS).map((order) => [order.id, order])),
});

/** The shop alone: who reads only this is not drawn again at every event. */
export const shop = computed(() => log.value.shop);

/** A whole day without a tap fills no memory: of what is gone the newest stay. */
const GONE_KEPT = 100;

const same = (a: readonly Order[], b: readonly Order[]): boolean => a.length === b.length && a.every((order, index) => order === b[index]);

/** Show another state of the log, and keep of it what no snapshot would bring back. */
export function setLog(next: Log): void {
  const before = log.value;
  if (next.gone.size > GONE_KEPT) next = { ...next, gone: new Map([...next.gone].slice(-GONE_KEPT)) };
  log.value = next;
  if (!same(next.done, before.done)) save(DONE, next.done);
  if (!same([...next.gone.values()], [...before.gone.values()])) save(GONE, [...next.gone.values()]);
  const left = [...tapped.value].filter((id) => !next.orders.has(id));
  if (left.length > 0) tapped.value = new Set([...tapped.value].filter((id) => next.orders.has(id)));
  if (next.epoch === null) return;
  savedAt.value = 0;
  if (next.orders !== before.orders) saveSoon();
}

const SAVE_MS = 1_000;
let saving: ReturnType<typeof setTimeout> | undefined;

function saveSoon(): void {
  saving ??= setTimeout(() => (typeof requestIdleCallback === "function" ? requestIdleCallback(saveNow) : saveNow()), SAVE_MS);
}

function saveNow(): void {
  clearTimeout(saving);
  saving = undefined;
  const { epoch, orders, shop } = log.value;
  if (epoch === null) return; // what was kept before is better
  save(SAVED, { at: serverNow() - silence(), orders: [...orders.values()].slice(0, SAVED_ORDERS), shop } satisfies Saved);
}
if (typeof addEventListener !== "undefined") {
  addEventListener("pagehide", saveNow);
  addEventListener("storage", ({ key }) => {
    const next = key === DEVICE && keptDevice();
    // Another page of this screen was given a new token: the one that is here ends.
    if (next && next.shop === device.value?.shop) device.value = next;
  });
}

export const takeAway = (id: string): void => setLog(dismiss(log.value, id));

/** The shop's last seq, as far as this screen has heard. */
export const stored = signal(0);
/** How many of the shop's events are not painted here, though there was time for it; looked at every second. */
export const behind = signal(0);
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
