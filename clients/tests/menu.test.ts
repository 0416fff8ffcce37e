/** Questions to a menu: what a search finds, and what a dish costs at least. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "../lib/cart";
import { lowestPrice, search } from "../lib/menu";
import { lostChoices } from "../lib/open-cart";
import { item, noodles, shop } from "./make";

const categories = [
  { id: "hot", name: "Hot", items: [item("creme", { name: "Crème brûlée" }), item("beef", { name: "红烧牛肉面", description: "Slow-braised BEEF shank" })] },
  { id: "cold", name: "Cold", items: [item("tea", { name: "Ｇreen tea", description: "冰" })] },
];
const found = (wanted: string) => search(categories, wanted).flatMap((category) => category.items.map(({ id }) => id));

test("a search looks at names and descriptions, without case, accents and wide letters", () => {
  assert.deepEqual(found("creme BRULEE"), ["creme"]);
  assert.deepEqual(found("牛肉"), ["beef"]);
  assert.deepEqual(found("beef"), ["beef"]);
  assert.deepEqual(found("green"), ["tea"]);
});

test("every word of a search must stand in a dish, in any order and place", () => {
  assert.deepEqual(found(" 面  shank "), ["beef"]);
  assert.deepEqual(found("shank tea"), []);
});

test("categories without a find are left out, and nothing wanted is everything", () => {
  assert.deepEqual(search(categories, "冰").map(({ id }) => id), ["cold"]);
  assert.equal(search(categories, "  "), categories);
});

test("a dish costs at least what its cheapest needed choices make it", () => {
  assert.deepEqual(lowestPrice(noodles), { least: 2800, varies: true });
  assert.deepEqual(lowestPrice(item("plain")), { least: 1000, varies: false });
  const [size, extra] = noodles.options;
  const dear = { ...noodles, options: [{ ...size!, choices: size!.choices.filter(({ id }) => id === "large") }, extra!] };
  assert.equal(lowestPrice(dear).least, 3200); // extras are not needed
});

test("choices of a line that are sold out are named", () => {
  const noEgg = { ...noodles, options: noodles.options.map((group) => ({ ...group, choices: group.choices.map((choice) => ({ ...choice, available: choice.id !== "egg" })) })) };
  const line = { id: "1", item: "beef-noodles", options: ["large", "egg"], note: "", quantity: 1, seen: 3500 };
  assert.deepEqual(lostChoices(line, shop([noEgg])), ["egg"]);
  assert.deepEqual(lostChoices(line, shop([])), []);
  assert.equal(problemOf(line, shop([noEgg])), "option_sold_out");
});
