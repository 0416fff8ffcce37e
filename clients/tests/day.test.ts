/** The owner's day: days, spans, shares, hours, the axis, and when what was sold out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, hourSpan, longDay, marks, outs, percent, shifted, shownHours } from "../day/format";
import type { SoldOutEntry } from "../lib/wire";

test("a day has one before and one after, over months, years and changed clocks", () => {
  assert.equal(shifted("2026-03-01", -1), "2026-02-28");
  assert.equal(shifted("2026-12-31", 1), "2027-01-01");
  assert.deepEqual([shifted("2026-03-29", 1), shifted("2026-10-25", -1)], ["2026-03-30", "2026-10-24"]);
});

test("a day is read out in the language, whatever zone the reader is in", () => {
  assert.match(longDay("2026-11-21", "en"), /Saturday,? 21 November 2026/);
  assert.match(longDay("2026-11-21", "zh-CN"), /2026年11月21日\s?星期六/);
});

test("spans are as people say them, and never less than it took", () => {
  const both = (seconds: number) => [duration(seconds, "en"), duration(seconds, "zh-CN")];
  assert.deepEqual(both(0.41), ["0.5 s", "0.5 秒"]);
  assert.deepEqual(both(9.91), ["10 s", "10 秒"]);
  assert.deepEqual(both(79.3), ["1 min 20 s", "1 分 20 秒"]);
  assert.deepEqual(both(119.2), ["2 min", "2 分钟"]);
  assert.deepEqual(both(3599.7), ["1 h", "1 小时"]);
  assert.deepEqual(both(3900), ["1 h 5 min", "1 小时 5 分钟"]);
  assert.deepEqual(both(7141), ["2 h", "2 小时"]);
  assert.equal(duration(-1, "en"), "0.1 s");
});

test("a share never hides the one that is missing", () => {
  assert.deepEqual([percent(999, 1000, "en"), percent(1, 1000, "en"), percent(5, 5, "en"), percent(0, 0, "en")], ["99%", "1%", "100%", "0%"]);
});

const counts = (...hours: [number, number][]) =>
  Array.from({ length: 24 }, (_, hour) => ({ hour, orders: hours.find(([h]) => h === hour)?.[1] ?? 0, missed: 0 }));

test("the chart begins with the first order and ends with the last", () => {
  assert.deepEqual(shownHours(counts([11, 2], [20, 1])).map(({ hour }) => hour), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  assert.equal(shownHours(counts([11, 2], [20, 1])).reduce((sum, { orders }) => sum + orders, 0), 3);
  assert.deepEqual(shownHours(counts()), []);
});

test("a single hour stands among others, inside the day", () => {
  for (const hour of [0, 12, 23]) {
    const hours = shownHours(counts([hour, 1])).map((count) => count.hour);
    assert.equal(hours.length, 6);
    assert.ok(hours.includes(hour) && Math.min(...hours) >= 0 && Math.max(...hours) <= 23, `${hours}`);
  }
  assert.equal(hourSpan(23), "23:00–00:00");
});

test("the axis has whole marks, and room for the highest bar", () => {
  assert.deepEqual(marks(0), [0, 1]);
  assert.deepEqual(marks(3), [0, 1, 2, 3]);
  assert.deepEqual(marks(7), [0, 2, 4, 6, 8]);
  for (let most = 1; most < 3000; most = Math.ceil(most * 1.3)) {
    const axis = marks(most);
    assert.ok(axis.length <= 6 && (axis.at(-1) ?? 0) >= most && axis.every(Number.isInteger), `${most}: ${axis}`);
  }
});

const mark = (item: string, minute: number, available: boolean | "today"): SoldOutEntry =>
  ({ item, name: item, at: new Date(Date.parse("2026-11-21T10:00:00Z") + minute * 60_000).toISOString(), available, device: `screen ${minute}` });

test("a dish was out from its mark to the next that says it is back", () => {
  const [egg, soup] = outs([mark("egg", 5, false), mark("soup", 7, "today"), mark("egg", 9, false), mark("egg", 30, true)]);
  assert.deepEqual([egg?.from, egg?.to, egg?.device], [mark("egg", 5, false).at, mark("egg", 30, true).at, "screen 5"]);
  assert.deepEqual([soup?.to, soup?.today], [null, true]);
});

test("twice out is two times; back without a mark was out since before", () => {
  const all = outs([mark("egg", 1, true), mark("egg", 5, false), mark("egg", 6, true), mark("egg", 8, "today"), mark("egg", 9, false)]);
  assert.deepEqual(all.map(({ from, to, today }) => [from === null, to !== null, today]), [[true, true, false], [false, true, false], [false, false, false]]);
});
