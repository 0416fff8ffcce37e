/** Questions to a menu: what is this, what does it cost, what may be chosen. */
import type { Category, Choice, Item, OptionGroup, OrderLine, Shop } from "./wire";

const indexes = new WeakMap<Category[], Map<string, Item>>();

/** Return the item with this id, or undefined. */
export function itemOf(shop: Shop | null, id: string): Item | undefined {
  if (!shop) return undefined;
  let index = indexes.get(shop.categories);
  if (!index) {
    index = new Map(shop.categories.flatMap((category) => category.items.map((item) => [item.id, item] as const)));
    indexes.set(shop.categories, index);
  }
  return index.get(id);
}

/** Every choice of an item with its group, in the menu's order. */
export const choicesOf = (item: Item | undefined): { group: OptionGroup; choice: Choice }[] =>
  (item?.options ?? []).flatMap((group) => group.choices.map((choice) => ({ group, choice })));

/** Price of one piece with these choices, in minor units. */
export function unitPrice(item: Item, options: readonly string[]): number {
  return choicesOf(item).reduce((sum, { choice }) => (options.includes(choice.id) ? sum + choice.price : sum), item.price);
}

/** The first group that still lacks a choice, or undefined. */
export function missingGroup(item: Item, options: readonly string[]): OptionGroup | undefined {
  return item.options.find((group) => group.choices.filter((choice) => options.includes(choice.id)).length < group.min);
}

/** Whether a group has more choices than it may: the shop has changed its menu since. */
export const overfull = (item: Item, options: readonly string[]): boolean =>
  item.options.some((group) => group.choices.filter((choice) => options.includes(choice.id)).length > group.max);

/** The least that one piece can cost, and whether that depends on what must be chosen. */
export function lowestPrice(item: Item): { least: number; varies: boolean } {
  const needed = item.options.filter((group) => group.min > 0);
  const least = needed.reduce((sum, group) => {
    const prices = group.choices.map((choice) => choice.price).sort((a, b) => a - b);
    return sum + prices.slice(0, group.min).reduce((a, b) => a + b, 0);
  }, item.price);
  return { least, varies: needed.some((group) => group.choices.some((choice) => choice.price > 0)) };
}

/** What may be ordered: an item is out when it, or every choice of a group it needs, is out. */
export function isAvailable(item: Item): boolean {
  return item.available && item.options.every((group) => group.choices.filter((choice) => choice.available).length >= group.min);
}

/** Text as people search it: without case, accents and wide letters. */
const fold = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The categories with the items in which every word of a search stands, in the name or in the description. */
export function search(categories: Category[], wanted: string): Category[] {
  const words = fold(wanted).split(/\s+/).filter(Boolean);
  if (words.length === 0) return categories;
  const found = categories.map((category) => ({
    ...category,
    items: category.items.filter((item) => {
      const text = fold(`${item.name} ${item.description}`);
      return words.every((word) => text.includes(word));
    }),
  }));
  return found.filter((category) => category.items.length > 0);
}

/** The line's name and its options' names in the menu's language, or as they were sold. */
export function lineNames(shop: Shop | null, line: OrderLine): { name: string; options: string[] } {
  const item = itemOf(shop, line.item);
  const names = new Map(choicesOf(item).map(({ choice }) => [choice.id, choice.name]));
  return { name: item?.name ?? line.name, options: line.options.map((option) => names.get(option.id) ?? option.name) };
}
