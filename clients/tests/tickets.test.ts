/** What a ticket shows: the words that must not be read over, its age, what is left to cook, and where it stands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ageOf } from "../kitchen/age";
import { allDay } from "../kitchen/allday";
import { orderWarns, pieces, warns } from "../kitchen/allergy";
import { newsOf } from "../kitchen/marks";
import { newColumns, place, tidy, untidy } from "../kitchen/slots";
import type { OrderLine } from "../lib/wire";
import { AT, order, shop } from "./make";

/** A note with what stands out: *without*, and !allergy!. */
const shown = (text: string): string =>
  pieces(text).map(({ text: piece, kind }) => (kind === "allergy" ? `!${piece}!` : kind ? `*${piece}*` : piece)).join("");

test("words of an allergy stand out in both languages, and no piece of the note is lost", () => {
  for (const [text, marked] of [
    ["Allergic to peanuts, please", "!Allergic! to !peanuts!, please"],
    ["PEANUT ALLERGY", "!PEANUT! !ALLERGY!"],
    ["gluten-free bread", "!gluten!-free bread"],
    ["对花生过敏", "!对花生过敏!"],
    ["孩子海鲜过敏，请注意", "孩子!海鲜过敏!，请注意"],
    ["孩子对芒果过敏", "孩子!对芒果过敏!"],
    ["不要坚果", "!不要坚果!"],
    ["no nuts, no onions", "!no nuts!, *no onions*"],
    ["乳糖不耐受", "!乳糖不耐受!"],
  ] as const) {
    assert.equal(shown(text), marked);
    assert.equal(pieces(text).map((piece) => piece.text).join(""), text);
    assert.equal(warns(text), true, text);
  }
});

test("what is to be left out stands out less, and is no allergy", () => {
  for (const [text, marked] of [
    ["no coriander", "*no coriander*"],
    ["Without onion and hold the mayo", "*Without onion* and *hold the mayo*"],
    ["不要香菜，多放葱", "*不要香菜*，多放葱"],
    ["别放辣椒谢谢", "*别放辣椒*谢谢"],
    ["走葱", "*走葱*"],
    ["不要加糖", "*不要加糖*"],
  ] as const) {
    assert.equal(shown(text), marked);
    assert.equal(warns(text), false, text);
  }
});

test("a part of a word, a wish for more and a kind word are no warning", () => {
  for (const text of ["a doughnut", "coconut milk", "nutmeg", "butternut soup", "Extra peanuts!", "多放花生", "加点芝麻", "不要紧，慢慢做", "I know Nora", ""]) {
    assert.equal(shown(text), text);
  }
  assert.equal(warns("不加花生"), true);
  assert.equal(warns("don't add peanuts"), true);
});

const line = (item: string, over: Partial<OrderLine> = {}): OrderLine => ({ item, name: item, quantity: 1, unit_price: 100, options: [], note: "", amount: 100, ...over });

test("an order warns by its own note and by any line's", () => {
  assert.equal(orderWarns(order("a", { note: "nut allergy" })), true);
  assert.equal(orderWarns(order("a", { lines: [line("tea"), line("soup", { note: "海鲜过敏" })] })), true);
  assert.equal(orderWarns(order("a", { lines: [line("peanut-noodles")] })), false); // what it is called is no wish of the guest's
});

const at = (minutes: number): string => new Date(Date.parse(AT) + minutes * 60_000).toISOString();
const ages = (what: Parameters<typeof ageOf>[0], minutes: number[], amber = 5, red = 10) =>
  minutes.map((minute) => ageOf(what, { ...shop(), amber_minutes: amber, red_minutes: red }, Date.parse(AT) + minute * 60_000));

test("a new order ages by the shop's minutes, of an older server by 5 and 10", () => {
  assert.deepEqual(ages(order("a"), [2.9, 3, 7.9, 8], 3, 8), ["fresh", "amber", "amber", "red"]);
  assert.deepEqual(ages(order("a"), [4.9, 5, 9.9, 10], undefined, undefined), ["fresh", "amber", "amber", "red"]);
  assert.equal(ageOf(order("a"), null, Date.parse(AT) + 600_000), "red");
});

test("once a time is promised it is late when that is past, and not before", () => {
  const cooking = (promised: number | null) =>
    order("a", {
      status: "preparing", promised_at: promised === null ? null : at(promised),
      history: [{ status: "placed", at: AT, by: "customer", reason: null }, { status: "accepted", at: at(2), by: "kitchen", reason: null }],
    });
  assert.deepEqual(ages(cooking(32), [26.9, 27, 31.9, 32]), ["fresh", "amber", "amber", "red"]);
  assert.deepEqual(ages(cooking(6), [3.9, 4, 6]), ["fresh", "amber", "red"]); // a short promise is not amber from its first second
  assert.deepEqual(ages(cooking(null), [6.9, 7, 12]), ["fresh", "amber", "red"]); // from when it was accepted
  assert.deepEqual(ages({ ...cooking(6), status: "ready" }, [60]), ["fresh"]);
});

test("all day: the same dish with the same options is one, the most first, without what is crossed off", () => {
  const large = { id: "large", name: "Large", price: 0 };
  const egg = { id: "egg", name: "Egg", price: 0 };
  const orders = [
    order("a", { status: "accepted", lines: [line("noodles", { quantity: 2, options: [large, egg] }), line("tea")] }),
    order("b", { status: "preparing", lines: [line("noodles", { options: [egg, large] }), line("noodles"), line("tea", { quantity: 5 })] }),
    order("c", { lines: [line("noodles", { quantity: 4 }), line("soup")] }),
    order("d", { status: "ready", lines: [line("noodles", { quantity: 9 })] }),
  ];
  const sums = (counts: (index: number, id: string) => boolean) =>
    allDay(orders, (each, _line, index) => counts(index, each.id)).map(({ key, count, coming }) => [key, count, coming]);
  assert.deepEqual(sums(() => true), [["tea", 6, 0], ["noodles egg large", 3, 0], ["noodles", 1, 4], ["soup", 0, 1]]);
  assert.deepEqual(sums((index, id) => !(id === "b" && index === 2))[0], ["noodles egg large", 3, 0]);
});

const standing = (slots: ReturnType<typeof tidy>): string => slots.map(({ id, hole }) => (hole ? "." : id)).join("");

test("a ticket that leaves keeps its place free, one that comes goes to the end, and nothing else moves", () => {
  const first = tidy(["b", "c", "d"]);
  const left = place(first, ["b", "d"]);
  assert.equal(standing(left), "b.d");
  const came = place(left, ["a", "b", "d", "e"]); // a is the oldest: it still waits its turn at the end
  assert.equal(standing(came), "b.dae");
  assert.equal(untidy(came, ["a", "b", "d", "e"]), true);
  assert.equal(standing(tidy(["a", "b", "d", "e"])), "abde");
});

test("a ticket that comes back stands where it stood, and with no change nothing is drawn again", () => {
  const left = place(tidy(["a", "b"]), ["b"]);
  assert.equal(standing(place(left, ["a", "b"])), "ab");
  assert.equal(place(left, ["b"]), left);
  assert.equal(untidy(tidy(["a"]), ["a"]), false);
  assert.equal(standing(place(place(left, []), ["z"])), "z"); // an empty lane begins at its head again
});

test("new orders get the width that cooking leaves, and cooking keeps a column", () => {
  const columns = (all: number, list: [number, number][]) => list.map(([fresh, cooking]) => newColumns(all, fresh, cooking));
  assert.deepEqual(columns(3, [[0, 0], [1, 0], [6, 0], [6, 1], [6, 9], [0, 9]]), [1, 1, 2, 2, 1, 1]);
  assert.deepEqual(columns(3, [[7, 9], [42, 40]]), [2, 2]); // a rush
  assert.deepEqual(columns(5, [[6, 0], [6, 2], [6, 9], [7, 9], [2, 9], [0, 9]]), [4, 3, 2, 3, 2, 1]);
  assert.deepEqual(columns(1, [[6, 0]]), [1]);
});

test("a wish to cancel is asked about while the order cooks, until it is kept, and again when it is wished again", () => {
  const mark = { crossed: [], nudges: 0, messages: 0, cancel: "10:00" };
  const asks = (status: "accepted" | "preparing" | "ready", cancel_requested_at: string | null, ...kept: (typeof mark)[]) =>
    newsOf(order("a", { status, cancel_requested_at }), ...kept).cancel;
  assert.deepEqual([asks("accepted", "10:00"), asks("preparing", "10:00"), asks("ready", "10:00"), asks("preparing", null)], [true, true, false, false]);
  assert.deepEqual([asks("preparing", "10:00", mark), asks("preparing", "10:05", mark)], [false, true]);
});
