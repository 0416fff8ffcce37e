/** The orders of this phone: where they are, never what is in them (kept.ts has that). */
import { signal } from "@preact/signals";
import { load } from "../lib/store";
import type { Order } from "../lib/wire";
import { keepOnly, keepSurely } from "./kept";

export interface Past {
  id: string;
  token: string;
  number: string;
  shop: string;
  at: string;
}

const PAST_KEPT = 20;
const PAST = "orderbell.orders";
export const past = signal<Past[]>(load<Past[]>(PAST, []));

/** Keep an order of this phone, newest first; `name` is the shop's, where it is known. */
export function remember(order: Order, token: string, name?: string): void {
  const all = load<Past[]>(PAST, []);
  const shop = name ?? all.find((one) => one.id === order.id)?.shop ?? order.shop;
  const entry: Past = { id: order.id, token, number: order.number, shop, at: order.placed_at };
  const others = all.filter((other) => other.id !== order.id);
  setPast([entry, ...others].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, PAST_KEPT));
}

addEventListener("storage", (event) => {
  if (event.key === PAST) past.value = load<Past[]>(PAST, []);
});

/** Change which orders this phone remembers. What it has seen of others goes too: names, phones, addresses. */
export function setPast(next: Past[]): void {
  past.value = next;
  keepSurely(PAST, next);
  keepOnly(next.map((one) => one.id));
}
