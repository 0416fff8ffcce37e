/**
 * One shop's cart as pure functions. The Idempotency-Key belongs to the cart: it lives through reloads and retries, so that
 * no lost answer can make a second order. A new key comes only after success, or when the order is changed after a refusal.
 * What is done to an open cart only is in open-cart.ts.
 */
import { choicesOf, isAvailable, itemOf, missingGroup, overfull, unitPrice } from "./menu";
import type { Item, Shop } from "./wire";

export interface CartLine {
  id: string;
  item: string;
  options: string[];
  note: string;
  quantity: number;
  /** Price of one piece when the customer last saw it, in minor units. */
  seen: number;
  /** What it was called, for when it leaves the menu. */
  name?: string;
}

export interface Cart {
  key: string;
  lines: CartLine[];
  /** A body that was sent and whose fate is unknown: it is sent again, unchanged, until an answer comes. */
  sent: string | null;
  /** When somebody tapped to send it, in local ms. */
  sentAt: number;
  /** Bytes of it may have left the phone. */
  left: boolean;
  /** The body that was refused last. */
  refused: string | null;
}

export const MOST = 99; // protocol: quantity 1..99
export const MOST_LINES = 50; // protocol: lines 1..50

export const emptyCart = (newId: () => string): Cart => ({ key: newId(), lines: [], sent: null, sentAt: 0, left: false, refused: null });

/** Return a cart from storage, or an empty one when what is stored is not a cart. */
export function readCart(stored: unknown, newId: () => string): Cart {
  const cart = stored as Cart | null;
  const good =
    typeof cart?.key === "string" &&
    Array.isArray(cart.lines) &&
    cart.lines.every((line) => typeof line?.item === "string" && Array.isArray(line.options) && line.quantity > 0);
  if (!good) return emptyCart(newId);
  const { key, lines, sent = null, sentAt = 0, left = true, refused = null } = cart;
  return { key, lines, sent, sentAt, left, refused };
}

/** The same thing with the same choices and note. */
export const same = (a: Pick<CartLine, "item" | "options" | "note">, b: Pick<CartLine, "item" | "options" | "note">): boolean =>
  a.item === b.item && a.note === b.note && [...a.options].sort().join("\n") === [...b.options].sort().join("\n");

/** Add pieces; the same thing with the same choices and note is one line. A full cart stays the very cart it was. */
export function add(cart: Cart, line: CartLine): Cart {
  const twin = cart.lines.find((other) => other.id !== line.id && same(other, line));
  if (!twin) return cart.lines.length < MOST_LINES ? { ...cart, lines: [...cart.lines, line] } : cart;
  return setQuantity(cart, twin.id, twin.quantity + line.quantity);
}

/** Set how many; 0 takes the line out. */
export function setQuantity(cart: Cart, id: string, quantity: number): Cart {
  const lines = cart.lines.map((line) => (line.id === id ? { ...line, quantity: Math.min(MOST, quantity) } : line));
  return { ...cart, lines: lines.filter((line) => line.quantity > 0) };
}

export const count = (cart: Cart): number => cart.lines.reduce((sum, line) => sum + line.quantity, 0);

/** How many of an item are in the cart, with whatever choices. */
export const countOf = (cart: Cart, item: string): number =>
  cart.lines.reduce((sum, line) => (line.item === item ? sum + line.quantity : sum), 0);

export type LineProblem = "gone" | "sold_out" | "option_sold_out" | "options" | "price" | null;

/** What stands in the way of ordering this line from this menu; "price" is only news, not an obstacle. */
export function problemOf(line: CartLine, shop: Shop): LineProblem {
  const item = itemOf(shop, line.item);
  if (!item) return "gone";
  if (!isAvailable(item)) return "sold_out";
  const known = new Map(choicesOf(item).map(({ choice }) => [choice.id, choice]));
  if (line.options.some((id) => known.get(id)?.available === false)) return "option_sold_out";
  if (line.options.some((id) => !known.has(id)) || missingGroup(item, line.options) || overfull(item, line.options)) return "options";
  return unitPrice(item, line.options) === line.seen ? null : "price";
}

export const blocks = (problem: LineProblem): boolean => problem !== null && problem !== "price";

/** The sum of what can be ordered, in minor units. */
export function total(cart: Cart, shop: Shop): number {
  return cart.lines.reduce((sum, line) => {
    const item: Item | undefined = itemOf(shop, line.item);
    return item && !blocks(problemOf(line, shop)) ? sum + line.quantity * unitPrice(item, line.options) : sum;
  }, 0);
}
