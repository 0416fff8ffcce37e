/** Following an order where things went back or away, and ordering it again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { again } from "../customer/again";
import { emptyCart } from "../lib/cart";
import { lineOf, newer } from "../lib/tracker";
import type { OrderLine, Shop } from "../lib/wire";
import { noodles, order, shop } from "./make";

test("an older version is shown only when the server's database was restored", () => {
  const shown = order("a17", { version: 7 });
  const came = order("a17", { version: 3 });
  assert.equal(newer(shown, came), shown);
  assert.equal(newer(shown, came, true), came);
  assert.equal(newer(shown, { ...came, version: 7 }, true), shown, "nothing is new");
  assert.equal(newer({ ...shown, id: "another" }, came), came);
});

test("the line is called what it is: live, slow, being made, or gone", () => {
  assert.equal(lineOf(true, null, 0), "live");
  assert.equal(lineOf(false, 14_999, 60_000), "polling");
  assert.equal(lineOf(false, 15_000, 60_000), "off");
  assert.equal(lineOf(false, null, 3_999), "connecting");
  assert.equal(lineOf(false, 200, 3_999), "connecting");
  assert.equal(lineOf(false, null, 4_000), "off");
});

let n = 0;
const newId = () => `id-${++n}`;
const empty = () => emptyCart(newId);
const line = {
  item: "beef-noodles", name: "As it was sold", quantity: 2, unit_price: 3000, note: "no coriander", amount: 6000,
  options: [{ id: "large", name: "Large", price: 200 }],
};
const past = order("a17", { lines: [line] });

test("what is still there goes into the cart at the price of today", () => {
  const done = again(empty(), past, shop(), newId);
  assert.deepEqual([done.added, done.missing, done.repriced], [2, [], true]);
  const [put] = done.cart.lines;
  assert.deepEqual([put?.item, put?.options, put?.quantity, put?.note, put?.seen], ["beef-noodles", ["large"], 2, "no coriander", 3200]);
  const twice = again(done.cart, past, shop(), newId);
  assert.deepEqual(twice.cart.lines.map((one) => one.quantity), [4], "the same thing is one line");
});

test("what is not there is named and left out", () => {
  const missing = (at: Shop, wanted: Partial<OrderLine> = {}) => {
    const done = again(empty(), order("a17", { lines: [{ ...line, ...wanted }] }), at, newId);
    assert.deepEqual([done.added, done.cart.lines], [0, []]);
    return done.missing;
  };
  const [size, ...extras] = noodles.options;
  assert.ok(size);
  const noLarge = { ...size, choices: size.choices.map((one) => ({ ...one, available: one.id !== "large" })) };
  assert.deepEqual(missing(shop([{ ...noodles, available: false }])), [{ name: "Beef noodles", why: "sold_out" }]);
  assert.deepEqual(missing(shop([])), [{ name: "As it was sold", why: "gone" }]);
  assert.deepEqual(missing(shop([{ ...noodles, options: [noLarge, ...extras] }])), [{ name: "Beef noodles", why: "option_sold_out" }]);
  assert.deepEqual(missing(shop(), { options: [] }), [{ name: "Beef noodles", why: "options" }]);
});
