/** What the kitchen asks for is kept until its result comes, and goes out no oftener than it must. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { command, faults, forgetWaiting, pending, sendAll, sendBy, sendWaiting, settle } from "../kitchen/commands";
import type { Command } from "../lib/wire";

let sent: Command[] = [];
const online = () => sendBy((frame) => (sent.push(frame as Command), true));
const offline = () => sendBy(() => false);

beforeEach(() => {
  mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  sent = [];
  forgetWaiting();
  online();
});
afterEach(() => mock.timers.reset());

test("a command goes out at once, and again with the same id only after five seconds without a result", () => {
  command({ name: "accept", order: "a", minutes: 15 });
  mock.timers.tick(4999);
  sendWaiting();
  assert.equal(sent.length, 1);
  mock.timers.tick(1);
  sendWaiting();
  assert.deepEqual(sent.map(({ id }) => id), [sent[0]!.id, sent[0]!.id]);
});

test("without a line it is kept, and goes out once when there is one, in the order of the taps", () => {
  offline();
  command({ name: "accept", order: "a", minutes: 15 });
  command({ name: "start", order: "b" });
  mock.timers.tick(60_000);
  sendWaiting();
  assert.deepEqual([...pending.value], [["a", "accept"], ["b", "start"]]);
  online();
  sendAll(); // the welcome
  sendWaiting(); // and the second after it
  assert.deepEqual(sent.map(({ name }) => name), ["accept", "start"]);
});

test("what did not go out has not been sent: it need not wait its five seconds", () => {
  offline();
  command({ name: "start", order: "b" });
  online();
  sendWaiting();
  assert.equal(sent.length, 1);
});

test("a result ends it, a refusal says why, and a result that comes twice changes nothing", () => {
  command({ name: "accept", order: "a", minutes: 15 });
  const { id } = sent[0]!;
  settle(id, { code: "conflict", detail: "" });
  settle(id, null);
  sendAll();
  assert.equal(sent.length, 1);
  assert.equal(pending.value.size, 0);
  assert.equal(faults.value.get("a")?.code, "conflict");
  command({ name: "accept", order: "a", minutes: 15 });
  assert.equal(faults.value.has("a"), false);
});

test("what was asked of one shop is not sent to the next", () => {
  offline();
  command({ name: "accept", order: "a", minutes: 15 });
  forgetWaiting();
  online();
  sendAll();
  assert.deepEqual([sent.length, pending.value.size], [0, 0]);
});

test("after a long time without a line few go out at once, the next with each result, all of them in the end", () => {
  offline();
  for (let n = 0; n < 100; n += 1) command({ name: "start", order: `order ${n}` });
  online();
  sendAll();
  sendWaiting();
  assert.equal(sent.length, 16);
  for (let n = 0; n < 100; n += 1) settle(sent[n]!.id, null);
  assert.deepEqual(sent.map(({ order }) => order), Array.from({ length: 100 }, (_, n) => `order ${n}`));
  assert.equal(pending.value.size, 0);
});

test("an order's next step waits for the result of the one before: an undo may not overtake what it undoes", () => {
  command({ name: "ready", order: "a" });
  command({ name: "recall", order: "a" });
  command({ name: "start", order: "b" });
  assert.deepEqual(sent.map(({ name }) => name), ["ready", "start"]);
  settle(sent[0]!.id, null);
  assert.deepEqual(sent.map(({ name }) => name), ["ready", "start", "recall"]);
});
