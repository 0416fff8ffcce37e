/** The last state of orders and menus that this phone has seen, for when there is no network. Kept by the browser, never sent. */
import { load, save } from "../lib/store";
import type { Order, Shop } from "../lib/wire";

export interface KeptOrder {
  order: Order;
  /** Without its menu: the lines carry their names. */
  shop: Shop | null;
  /** The log that the order was told from; a restored database has another. */
  epoch: string | null;
  /** When the server last said so, in its own ms. */
  at: number;
}

export interface KeptShop {
  shop: Shop;
  lang: string;
  at: number;
}

const ORDER = "orderbell.order.";
const MENU = "orderbell.menu.";
const NUDGE = "orderbell.nudge.";
const MENUS_KEPT = 6;

/** Keep what must not be lost: where the storage is full, what was only kept for a bad line makes room. */
export function keepSurely(key: string, value: unknown): void {
  if (save(key, value)) return;
  for (const other of [...keys(MENU), ...keys(ORDER)]) save(other, null);
  save(key, value);
}

/** Return what was last known of an order, or null. */
export function keptOrder(id: string): KeptOrder | null {
  const kept = load<Partial<KeptOrder> | null>(ORDER + id, null);
  const good = kept?.order?.id === id && Array.isArray(kept.order.lines) && Array.isArray(kept.order.history);
  return good ? (kept as KeptOrder) : null;
}

export function keepOrder(kept: KeptOrder): void {
  save(ORDER + kept.order.id, { ...kept, shop: kept.shop && { ...kept.shop, categories: [] } });
}

/** Forget everything about all orders but these. */
export function keepOnly(ids: readonly string[]): void {
  for (const prefix of [ORDER, NUDGE]) {
    for (const key of keys(prefix)) if (!ids.includes(key.slice(prefix.length))) save(key, null);
  }
}

/** Return the last menu of a shop that was seen here, or null. */
export function keptShop(slug: string): KeptShop | null {
  const kept = load<Partial<KeptShop> | null>(MENU + slug, null);
  return kept?.shop?.slug === slug && Array.isArray(kept.shop.categories) ? (kept as KeptShop) : null;
}

/** Keep a menu; of many shops the ones that were looked at last. */
export function keepShop(shop: Shop, lang: string, at: number): void {
  const others = keys(MENU)
    .filter((key) => key !== MENU + shop.slug)
    .sort((a, b) => atOf(b) - atOf(a));
  for (const key of others.slice(MENUS_KEPT - 1)) save(key, null);
  save(MENU + shop.slug, { shop, lang, at } satisfies KeptShop);
}

const atOf = (key: string): number => load<Partial<KeptShop> | null>(key, null)?.at ?? 0;

/** What is stored under names that begin like this. */
export function keys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // no storage: nothing is kept
  }
}
