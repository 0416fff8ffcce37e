/** What is done to a cart that is open: a line is changed, prices are seen, it is sent. Nobody who looks at a menu loads it. */
import { type Cart, type CartLine, same, setQuantity } from "./cart";
import { choicesOf, itemOf, unitPrice } from "./menu";
import type { OptionGroup, Shop } from "./wire";

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

/** Put a changed line in the place of the old one, joined with its twin if it has become one. */
export function replaceLine(cart: Cart, line: CartLine): Cart {
  const twin = cart.lines.find((other) => other.id !== line.id && same(other, line));
  if (!twin) return { ...cart, lines: cart.lines.map((other) => (other.id === line.id ? line : other)) };
  return setQuantity(setQuantity(cart, line.id, 0), twin.id, twin.quantity + line.quantity);
}

/** The choices of a line that cannot be had any more, by name. */
export const lostChoices = (line: CartLine, shop: Shop): string[] =>
  choicesOf(itemOf(shop, line.item)).filter(({ choice }) => !choice.available && line.options.includes(choice.id)).map(({ choice }) => choice.name);

/** The prices of today are the prices the customer has seen. */
export function seePrices(cart: Cart, shop: Shop): Cart {
  const lines = cart.lines.map((line) => {
    const item = itemOf(shop, line.item);
    return item ? { ...line, seen: unitPrice(item, line.options) } : line;
  });
  return { ...cart, lines };
}

/** Note that `body` is to go out. After a refusal a changed body is a new order and gets a new key. */
export function send(cart: Cart, body: string, newId: () => string, now = Date.now()): Cart {
  const key = cart.refused !== null && cart.refused !== body ? newId() : cart.key;
  return { ...cart, key, sent: body, sentAt: now, left: false, refused: null };
}

const OLD_MS = 10 * 60_000;

/** So long after the tap nothing is sent unasked: whoever wanted it may have eaten elsewhere. */
export const isOld = (cart: Cart, now: number): boolean => Math.abs(now - cart.sentAt) > OLD_MS;

/** The customer takes the order back. One that may have arrived keeps its key: should it have, the server refuses another. */
export const takeOut = (cart: Cart): Cart => (cart.left ? { ...cart, sent: null } : refuse(cart));

/** The server has refused for good: the customer may change the order. */
export const refuse = (cart: Cart): Cart => ({ ...cart, refused: cart.sent, sent: null });
