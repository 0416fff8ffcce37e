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
export const choicesOf = (item: Item): { group: OptionGroup; choice: Choice }[] =>
  item.options.flatMap((group) => group.choices.map((choice) => ({ group, choice })));

/** Price of one piece with these choices, in minor units. */
export function unitPrice(item: Item, options: readonly string[]): number {
  return choicesOf(item).reduce((sum, { choice }) => (options.includes(choice.id) ? sum + choice.price : sum), item.price);
}

/** The first group that still lacks a choice, or undefined. */
export function missingGroup(item: Item, options: readonly string[]): OptionGroup | undefined {
  return item.options.find((group) => group.choices.filter((choice) => options.includes(choice.id)).length < group.min);
}

/** Take or leave a choice: one of one is a swap, one more than the most is refused. */
export function toggle(group: OptionGroup, options: readonly string[], id: string): string[] {
  const others = options.filter((other) => !group.choices.some((choice) => choice.id === other));
  const mine = options.filter((other) => group.choices.some((choice) => choice.id === other));
  if (mine.includes(id)) {
    return group.min === 1 && group.max === 1 ? [...options] : [...others, ...mine.filter((other) => other !== id)];
  }
  if (group.max === 1) return [...others, id];
  return mine.length >= group.max ? [...options] : [...others, ...mine, id];
}

/** What may be ordered: an item is out when it, or every choice of a group it needs, is out. */
export function isAvailable(item: Item): boolean {
  return item.available && item.options.every((group) => group.choices.filter((choice) => choice.available).length >= group.min);
}

/** The line's name and its options' names in the menu's language, or as they were sold. */
export function lineNames(shop: Shop | null, line: OrderLine): { name: string; options: string[] } {
  const item = itemOf(shop, line.item);
  const names = new Map(item ? choicesOf(item).map(({ choice }) => [choice.id, choice.name]) : []);
  return { name: item?.name ?? line.name, options: line.options.map((option) => names.get(option.id) ?? option.name) };
}
