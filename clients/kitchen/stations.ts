/** Which dishes this screen is for. New orders are shown on every screen, whole: none may be missed. */
import { computed, signal } from "@preact/signals";
import { load, save } from "../lib/store";
import type { Category, Order, OrderLine } from "../lib/wire";
import { shop } from "./state";

const KEY = "orderbell.stations";

const chosen = signal<ReadonlySet<string>>(new Set(load<string[]>(KEY, [])));

/** The chosen categories that the menu still has; none means all. */
export const stations = computed<ReadonlySet<string>>(() => {
  const there = shop.value?.categories.filter(({ id }) => chosen.value.has(id)) ?? [];
  return new Set(there.map(({ id }) => id));
});

export function choose(ids: Iterable<string>): void {
  chosen.value = new Set(ids);
  save(KEY, chosen.value.size === 0 ? null : [...chosen.value]);
}

const indexes = new WeakMap<Category[], Map<string, string>>();

function categoryOf(item: string): string | undefined {
  const categories = shop.value?.categories;
  if (!categories) return undefined;
  let index = indexes.get(categories);
  if (!index) {
    index = new Map(categories.flatMap(({ id, items }) => items.map((each) => [each.id, id] as const)));
    indexes.set(categories, index);
  }
  return index.get(item);
}

/** Say whether a line is cooked here. What the menu does not know is shown everywhere. */
export function isHere(line: OrderLine): boolean {
  if (stations.value.size === 0) return true;
  const category = categoryOf(line.item);
  return category === undefined || stations.value.has(category);
}

/** Say whether anything of an order is cooked here. */
export const concerns = (order: Order): boolean => order.status === "placed" || order.lines.some(isHere);
