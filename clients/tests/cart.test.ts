/** The cart, its prices, and above all its key. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../lib/api";
import { add, blocks, type Cart, type CartLine, count, emptyCart, MOST_LINES, problemOf, readCart, setQuantity, total } from "../lib/cart";
import { isAvailable, lineNames, missingGroup, unitPrice } from "../lib/menu";
import { isOld, refuse, replaceLine, seePrices, send, takeOut, toggle } from "../lib/open-cart";
import { cucumber, item, noodles, order, shop } from "./make";

let ids = 0;
const newId = () => `id${++ids}`;
const line = (over: Partial<CartLine> = {}): CartLine => ({ id: newId(), item: "cucumber", options: [], note: "", quantity: 1, seen: 800, ...over });
const bowl = (over: Partial<CartLine> = {}) => line({ item: "beef-noodles", options: ["large"], seen: 3200, ...over });
const cartOf = (...lines: CartLine[]): Cart => ({ ...emptyCart(newId), lines });

test("the same thing with the same choices is one line, in whatever order they were chosen", () => {
  const cart = add(cartOf(bowl({ options: ["large", "egg"] })), bowl({ options: ["egg", "large"], quantity: 2 }));
  assert.deepEqual([cart.lines.length, count(cart)], [1, 3]);
});

test("another note is another line", () => {
  assert.equal(add(cartOf(bowl()), bowl({ note: "no coriander" })).lines.length, 2);
});

test("none left takes the line out, and nobody orders more than 99", () => {
  const cart = cartOf(line());
  assert.equal(setQuantity(cart, cart.lines[0]!.id, 0).lines.length, 0);
  assert.equal(count(setQuantity(cart, cart.lines[0]!.id, 500)), 99);
});

test("a line edited into its twin joins it", () => {
  const [a, b] = [bowl(), bowl({ options: ["regular"] })];
  const cart = replaceLine(cartOf(a, b), { ...b, options: ["large"] });
  assert.deepEqual([cart.lines.length, count(cart)], [1, 2]);
});

test("the total is what can be ordered at the menu's prices", () => {
  const cart = cartOf(bowl({ options: ["large", "egg"], quantity: 2 }), line({ quantity: 3 }));
  assert.equal(total(cart, shop()), 2 * 3500 + 3 * 800);
  assert.equal(total(cart, shop([noodles, { ...cucumber, available: false }])), 7000);
});

test("what stands in a line's way is named", () => {
  assert.equal(problemOf(line(), shop()), null);
  assert.equal(problemOf(line({ item: "gone" }), shop()), "gone");
  assert.equal(problemOf(line(), shop([{ ...cucumber, available: false }])), "sold_out");
  assert.equal(problemOf(bowl({ options: [] }), shop()), "options");
  assert.equal(problemOf(bowl({ options: ["large", "nothing"] }), shop()), "options");
  assert.equal(problemOf(bowl({ options: ["large", "regular"] }), shop()), "options"); // of which one may be had
  const noEgg = { ...noodles, options: noodles.options.map((group) => ({ ...group, choices: group.choices.map((choice) => ({ ...choice, available: choice.id !== "egg" })) })) };
  assert.equal(problemOf(bowl({ options: ["large", "egg"] }), shop([noEgg])), "option_sold_out");
});

test("a new price is news, not an obstacle, until it has been seen", () => {
  const dearer = shop([{ ...cucumber, price: 900 }]);
  const cart = cartOf(line());
  assert.equal(problemOf(cart.lines[0]!, dearer), "price");
  assert.equal(blocks("price"), false);
  assert.equal(problemOf(seePrices(cart, dearer).lines[0]!, dearer), null);
});

test("the key stays while nobody knows what became of the order", () => {
  const cart = cartOf(line());
  const sent = send(cart, "body", newId);
  assert.equal(sent.key, cart.key);
  assert.equal(readCart(JSON.parse(JSON.stringify(sent)), newId).key, cart.key); // a reload
  assert.equal(readCart(JSON.parse(JSON.stringify(sent)), newId).sent, "body");
});

test("the same order after a refusal keeps the key", () => {
  const refused = refuse(send(cartOf(line()), "body", newId));
  assert.equal(send(refused, "body", newId).key, refused.key);
});

test("a changed order after a refusal gets a new key", () => {
  const refused = refuse(send(cartOf(line()), "body", newId));
  assert.notEqual(send(refused, "another body", newId).key, refused.key);
});

test("an order that is taken back keeps the key where it may have arrived: the server then refuses a second one", () => {
  const unsent = send(cartOf(line()), "body", newId);
  assert.notEqual(send(takeOut(unsent), "another body", newId).key, unsent.key);
  const lost = takeOut({ ...unsent, left: true });
  assert.deepEqual([lost.sent, send(lost, "another body", newId).key], [null, unsent.key]);
});

test("an order is old after ten minutes, also by a clock that was turned back, and where nobody has noted when it was sent", () => {
  const sent = send(cartOf(line()), "body", newId, 1_000_000);
  assert.deepEqual([1_000_000, 1_600_000, 1_600_001, 399_999].map((now) => isOld(sent, now)), [false, false, true, true]);
  const { sentAt: _, left: __, ...before } = sent; // as an older page has kept it
  const again = readCart(before, newId);
  assert.deepEqual([again.left, isOld(again, Date.now())], [true, true]);
});

test("only what our server has said refuses an order for good", () => {
  const passing = (status: number, code: string) => new Refusal({ code, detail: "", status, errors: [] }, 0).passing;
  for (const status of [403, 404, 405, 413, 502]) assert.equal(passing(status, "unknown"), true, `a stranger's ${status}`);
  assert.deepEqual([passing(503, "unavailable"), passing(429, "rate_limited"), passing(409, "price_changed"), passing(422, "validation")], [true, true, false, false]);
});

test("a cart holds as many lines as an order may, and more of the same still joins its line", () => {
  const full = cartOf(...Array.from({ length: MOST_LINES }, (_, index) => line({ note: `${index}` })));
  assert.equal(add(full, line({ note: "one more" })), full);
  assert.equal(count(add(full, line({ note: "0" }))), MOST_LINES + 1);
});

test("rubbish in the storage is an empty cart", () => {
  for (const rubbish of [null, 3, "x", {}, { key: "k", lines: "no" }, { key: "k", lines: [{}] }]) assert.deepEqual(readCart(rubbish, newId).lines, []);
});

test("one of one is swapped, one too many is refused, an option can be left again", () => {
  const [size, extra] = noodles.options as [(typeof noodles.options)[0], (typeof noodles.options)[0]];
  assert.deepEqual(toggle(size, ["regular", "egg"], "large"), ["egg", "large"]);
  assert.deepEqual(toggle(size, ["large"], "large"), ["large"]);
  assert.deepEqual(toggle(extra, ["egg", "beef"], "tofu"), ["egg", "beef"]);
  assert.deepEqual(toggle(extra, ["egg", "beef"], "egg"), ["beef"]);
});

test("the menu says what is missing, what it costs, and what is out", () => {
  assert.equal(missingGroup(noodles, ["egg"])?.id, "size");
  assert.equal(missingGroup(noodles, ["large"]), undefined);
  assert.equal(unitPrice(noodles, ["large", "egg"]), 3500);
  const noSize = item("x", { options: [{ ...noodles.options[0]!, choices: noodles.options[0]!.choices.map((choice) => ({ ...choice, available: false })) }] });
  assert.equal(isAvailable(noSize), false);
});

test("a sold line is called as the menu on view calls it, and as it was sold when the menu has it no more", () => {
  const sold = order("a", { lines: [{ item: "beef-noodles", name: "牛肉面", quantity: 1, unit_price: 1, options: [{ id: "large", name: "大份", price: 0 }, { id: "old", name: "旧", price: 0 }], note: "", amount: 1 }] }).lines[0]!;
  assert.deepEqual(lineNames(shop(), sold), { name: "Beef noodles", options: ["Large", "旧"] });
  assert.deepEqual(lineNames(null, sold), { name: "牛肉面", options: ["大份", "旧"] });
});
