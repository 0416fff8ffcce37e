/** Asking by HTTP: one question at a time, spread, and no more once the line is back. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Refusal } from "../lib/api";
import { Poller } from "../lib/poll";

let asked = 0;
let answer: () => Promise<boolean>;
const poller = (random = 0.5) => new Poller({ everyMs: 5000, ask: () => (asked++, answer()), random: () => random });
/** Let time pass, and promises with it. */
async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  for (let n = 0; n < 5; n++) await Promise.resolve();
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  asked = 0;
  answer = async () => false;
});
afterEach(() => mock.timers.reset());

test("it begins after half an interval, and asks every interval", async () => {
  const one = poller();
  one.start();
  one.start();
  await pass(2499);
  assert.equal(asked, 0);
  await pass(1);
  assert.equal(asked, 1);
  for (let n = 0; n < 3; n++) await pass(5000);
  assert.equal(asked, 4);
  one.stop();
});

test("intervals are spread by a fifth to both sides", async () => {
  for (const [random, ms] of [[0, 4000], [1, 6000]] as const) {
    asked = 0;
    const one = poller(random);
    one.start();
    await pass(ms / 2);
    await pass(ms - 1);
    assert.equal(asked, 1);
    await pass(1);
    assert.equal(asked, 2);
    one.stop();
  }
});

test("while an answer is on its way nothing more is asked", async () => {
  let give = (_: boolean) => {};
  answer = () => new Promise((done) => (give = done));
  const one = poller();
  one.start();
  await pass(2500);
  one.now();
  await pass(60_000);
  assert.equal(asked, 1);
  give(false);
  await pass(0);
  await pass(5000);
  assert.equal(asked, 2);
  one.stop();
});

test("where there is more it asks again at once", async () => {
  answer = async () => asked < 3;
  const one = poller();
  one.start();
  await pass(2500);
  await pass(250);
  await pass(250);
  assert.equal(asked, 3);
  await pass(250);
  assert.equal(asked, 3);
  one.stop();
});

test("after a stop it asks no more, whatever was on its way", async () => {
  let give = (_: boolean) => {};
  answer = () => new Promise((done) => (give = done));
  const one = poller();
  one.start();
  await pass(2500);
  one.stop();
  give(true);
  await pass(60_000);
  one.now();
  await pass(60_000);
  assert.equal(asked, 1);
});

test("a failure is followed by the next question, one that asks for room by a later one", async () => {
  answer = async () => {
    throw new Error("no answer");
  };
  const one = poller();
  one.start();
  await pass(2500);
  await pass(5000);
  assert.equal(asked, 2);
  answer = async () => {
    throw new Refusal({ code: "unavailable", detail: "", status: 503, errors: [] }, 12_000);
  };
  await pass(5000);
  await pass(11_999);
  assert.equal(asked, 3);
  await pass(1);
  assert.equal(asked, 4);
  one.stop();
});
