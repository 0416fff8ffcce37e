/** How long orders took to a screen, as the kitchen's header says it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { p95, withTimes, type Times } from "../lib/delivery";
import { order } from "./make";

const PLACED = Date.parse("2026-11-21T10:00:00Z");
const seen = (id: number, tookMs: number) =>
  order(`o${id}`, { placed_at: new Date(PLACED + id * 1000).toISOString(), seen_at: new Date(PLACED + id * 1000 + tookMs).toISOString() });
const none: Times = new Map();

test("nothing is said of fewer than five orders", () => {
  const four = withTimes(none, [1, 2, 3, 4].map((id) => seen(id, 100)));
  assert.equal(p95(four), null);
  assert.equal(p95(withTimes(four, [seen(5, 300)])), 300);
});

test("95 of 100 were faster or as fast", () => {
  const times = withTimes(none, Array.from({ length: 40 }, (_, id) => seen(id, (id + 1) * 10)));
  assert.equal(p95(times), 380);
});

test("what was stored before the service began counts for nothing", () => {
  const waited = [1, 2, 3, 4, 5].map((id) => seen(id, 600_000));
  const fast = [6, 7, 8, 9, 10].map((id) => seen(id, 200));
  assert.equal(p95(withTimes(none, waited, PLACED + 6000)), null);
  assert.equal(p95(withTimes(none, [...waited, ...fast], PLACED + 6000)), 200);
});

test("the last 50 orders count, in whatever order they came", () => {
  const slow = Array.from({ length: 50 }, (_, id) => seen(id, 9000));
  const fast = Array.from({ length: 50 }, (_, id) => seen(id + 50, 100));
  assert.equal(p95(withTimes(withTimes(none, slow), fast)), 100);
  assert.equal(p95(withTimes(withTimes(none, fast), slow)), 100);
});

test("an order counts once, by its first time, and not before a screen has shown it", () => {
  const five = withTimes(none, [1, 2, 3, 4, 5].map((id) => seen(id, 100)));
  assert.equal(withTimes(five, [seen(1, 9000), order("new")]), five);
});
