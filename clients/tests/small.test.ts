/** Money, time, languages, addresses, the tracker and the checkout form. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { orderUrl, parse } from "../customer/address";
import { orderBody, pointerField } from "../customer/form";
import { emptyCart } from "../lib/cart";
import { pickLang } from "../lib/i18n";
import { money } from "../lib/money";
import { ageOf, clock, elapsed, learnServerDate, learnServerTime, levelOf, serverNow } from "../lib/time";
import { isUnseen, newer, nudgeState, waitOf } from "../lib/tracker";
import { order, shop } from "./make";

test("money has its currency's own digits", () => {
  assert.equal(money(1250, "CNY", "zh-CN"), "¥12.50");
  assert.equal(money(980, "JPY", "en"), "¥980");
  assert.equal(money(5, "USD", "en"), "$0.05");
});

test("clock times are the shop's", () => {
  assert.equal(clock("2026-11-21T10:00:00Z", "Asia/Shanghai", "en"), "18:00");
  assert.equal(clock("2026-11-21T23:30:00Z", "Europe/London", "zh-CN"), "23:30");
});

test("a span is never negative, and long ones have hours", () => {
  assert.deepEqual([elapsed(-5000), elapsed(65_000), elapsed(3_725_000)], ["0:00", "1:05", "1:02:05"]);
});

test("tickets turn amber at five minutes and red at ten", () => {
  assert.deepEqual([299_999, 300_000, 599_999, 600_000].map(ageOf), ["fresh", "amber", "amber", "red"]);
});

test("a countdown turns amber at two minutes and red at one", () => {
  assert.deepEqual([120_001, 120_000, 60_001, 60_000, -5].map(levelOf), ["fresh", "amber", "amber", "red", "red"]);
});

test("a Date header is believed where it is all we have, and never against a finer time", () => {
  const off = () => Math.round((serverNow() - Date.now()) / 1000);
  const header = (ms: number) => new Date(Date.now() + ms).toUTCString();
  learnServerDate(header(3_600_000));
  assert.ok(Math.abs(off() - 3600) <= 1);
  learnServerTime(new Date(Date.now() + 60_000).toISOString());
  learnServerDate(header(56_000));
  learnServerDate(null);
  learnServerDate("nonsense");
  assert.equal(off(), 60);
  learnServerDate(header(0)); // unless the tablet's own clock was set meanwhile
  assert.ok(Math.abs(off()) <= 1);
});

test("the server's clock is believed, not the tablet's", () => {
  const wrong = new Date(Date.now() + 3_600_000).toISOString();
  learnServerTime(wrong);
  assert.ok(Math.abs(serverNow() - Date.parse(wrong)) < 1000);
  learnServerTime("nonsense");
  assert.ok(Math.abs(serverNow() - Date.parse(wrong)) < 1000);
  learnServerTime(new Date().toISOString());
});

test("the browser's first language that we speak is taken", () => {
  assert.equal(pickLang(["fr-FR", "zh-TW", "en"]), "zh-CN");
  assert.equal(pickLang(["en-GB", "zh-CN"]), "en");
  assert.equal(pickLang(["fr"]), "en");
  assert.equal(pickLang([]), "en");
});

test("addresses lead where they say, with odd characters too", () => {
  assert.deepEqual(parse("/", "", ""), { page: "shops" });
  assert.deepEqual(parse("/s/noodle-house", "?table=12", ""), { page: "menu", slug: "noodle-house", table: "12" });
  const url = new URL(orderUrl("a/b+c=", "t/+="), "http://x");
  assert.deepEqual(parse(url.pathname, url.search, url.hash), { page: "order", id: "a/b+c=", token: "t/+=" });
  assert.equal(url.search, "");
});

test("only a newer version of the order is shown", () => {
  const shown = order("a", { version: 5 });
  assert.equal(newer(shown, order("a", { version: 4 })), shown);
  assert.equal(newer(shown, order("a", { version: 5 })), shown);
  assert.equal(newer(shown, order("a", { version: 6 })).version, 6);
  assert.equal(newer(null, shown), shown);
});

const second = (n: number) => Date.parse("2026-11-21T10:00:00Z") + n * 1000;

test("an order is missed on the kitchen's screen after ten seconds", () => {
  assert.deepEqual([9.9, 10].map((n) => isUnseen(order("a"), second(n))), [false, true]);
  assert.equal(isUnseen(order("a", { seen_at: "2026-11-21T10:00:11Z" }), second(60)), false);
  assert.equal(isUnseen(order("a", { status: "accepted" }), second(60)), false);
});

test("an order that waits is unconfirmed after a minute and late at its deadline", () => {
  assert.deepEqual([59.9, 60, 299.9, 300].map((n) => waitOf(order("a"), second(n))), ["short", "unconfirmed", "unconfirmed", "late"]);
  assert.equal(waitOf(order("a", { status: "expired" }), second(400)), null);
});

const minute = (n: number) => Date.parse("2026-11-21T10:00:00Z") + n * 60_000;

test("a nudge waits for five minutes or the promised time, whichever is earlier", () => {
  assert.equal(nudgeState(order("a"), minute(4.9), null).can, false);
  assert.equal(nudgeState(order("a"), minute(5), null).can, true);
  const soon = order("a", { promised_at: "2026-11-21T10:02:00Z" });
  assert.equal(nudgeState(soon, minute(2), null).can, true);
});

test("nudges are three minutes apart, five at most, and none when the food is ready", () => {
  assert.deepEqual(nudgeState(order("a"), minute(7), minute(5)), { can: false, why: "wait", at: minute(8) });
  assert.equal(nudgeState(order("a"), minute(8), minute(5)).can, true);
  assert.deepEqual(nudgeState(order("a", { nudges: 5 }), minute(30), null), { can: false, why: "used_up" });
  assert.deepEqual(nudgeState(order("a", { status: "ready" }), minute(30), null), { can: false, why: "closed" });
});

test("the order's body holds what the service needs and no more", () => {
  const cart = { ...emptyCart(() => "k"), lines: [{ id: "1", item: "cucumber", options: [], note: "", quantity: 2, seen: 800 }] };
  const form = { service: "pickup" as const, table: "12", name: " Li Lei ", phone: "13800001234", address: "somewhere", note: "" };
  assert.deepEqual(JSON.parse(orderBody(shop(), cart, form, 1600)), {
    shop: "noodle-house", service: "pickup", table: null, customer: { name: "Li Lei", phone: "13800001234", address: null },
    lines: [{ item: "cucumber", quantity: 2, options: [], note: "" }], note: "", expected_total: 1600,
  });
  assert.equal(JSON.parse(orderBody(shop(), cart, { ...form, service: "dine_in" }, 1600)).table, "12");
  assert.equal(JSON.parse(orderBody(shop(), cart, { ...form, service: "delivery" }, 1600)).customer.address, "somewhere");
});

test("the server's pointers lead to the form's fields", () => {
  assert.equal(pointerField("/customer/phone"), "phone");
  assert.equal(pointerField("#/customer/phone"), "phone");
  assert.equal(pointerField("/lines/0/item"), null);
});
