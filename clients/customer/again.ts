/** "Order again": what is still there goes into the shop's cart at the prices of today; what is not is named. */
import { add, type Cart, type CartLine, blocks, type LineProblem, problemOf } from "../lib/cart";
import { itemOf, lineNames, unitPrice } from "../lib/menu";
import type { Order, Shop } from "../lib/wire";

export interface Missing {
  name: string;
  why: Exclude<LineProblem, null | "price"> | "full";
}

export interface Again {
  cart: Cart;
  /** Pieces that were put into the cart. */
  added: number;
  missing: Missing[];
  /** Something costs another price than it did then. */
  repriced: boolean;
}

export function again(cart: Cart, order: Order, shop: Shop, newId: () => string): Again {
  const result: Again = { cart, added: 0, missing: [], repriced: false };
  for (const line of order.lines) {
    const options = line.options.map((option) => option.id);
    const item = itemOf(shop, line.item);
    const price = item ? unitPrice(item, options) : 0;
    const wanted: CartLine = { id: newId(), item: line.item, options, note: line.note, quantity: line.quantity, seen: price };
    const problem = problemOf(wanted, shop);
    if (blocks(problem)) {
      result.missing.push({ name: lineNames(shop, line).name, why: problem as Missing["why"] });
      continue;
    }
    const more = add(result.cart, wanted);
    if (more === result.cart) {
      result.missing.push({ name: lineNames(shop, line).name, why: "full" });
      continue;
    }
    result.cart = more;
    result.added += line.quantity;
    result.repriced ||= price !== line.unit_price;
  }
  return result;
}
