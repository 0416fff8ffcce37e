/** Pages of one screen share what is kept of it: a page that was left behind takes nothing from the others. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Fake, last, settled } from "./fake";
import { event, events, order, shop, snapshot } from "./make";

const DEVICE = "orderbell.device";
const SAVED = "orderbell.saved";
const kept = new Map<string, string>();
const listeners: ((event: { key: string | null }) => void)[] = [];

Object.assign(globalThis, {
  WebSocket: Fake,
  localStorage: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  },
  location: { protocol: "http:", host: "x", search: "" },
  document: { visibilityState: "visible", documentElement: {}, addEventListener() {}, removeEventListener() {} },
  addEventListener: (name: string, what: (event: { key: string | null }) => void) => name === "storage" && listeners.push(what),
  removeEventListener() {},
  requestAnimationFrame: (then: () => void) => setTimeout(then, 16),
});

// They listen as soon as they are loaded.
const { check, startService } = await import("../kitchen/line");
const kitchen = await import("../kitchen/state");
const day = await import("../day/state");

const MINE = { token: "mine", shop: "noodle-house", name: "till" };
const NEW = { ...MINE, token: "new" };
const THEIRS = { token: "theirs", shop: "coffee-bar" };

/** Another page keeps a device; with `tell` the browser says so to this one, which a frozen page does not hear. */
function elsewhere(next: object | null, tell = false, key: string | null = DEVICE): void {
  if (next) kept.set(DEVICE, JSON.stringify(next));
  else kept.delete(DEVICE);
  if (tell) for (const listener of listeners) listener({ key });
}
const stored = () => JSON.parse(kept.get(DEVICE) ?? "null") as unknown;

function welcome(token?: string): void {
  last().open();
  last().hear({ type: "welcome", epoch: "e1", seq: 2, at: new Date().toISOString(), shop: shop(), token });
}

/** A board with what is here painted. */
function serve(): void {
  startService();
  welcome();
  last().hear(snapshot(2, [order("a")]));
  paint();
}
const paint = () => [200, 150, 0].forEach((ms) => mock.timers.tick(ms));

/** The server's answer by HTTP to each token that asks; null: its own 401. */
function answers(by: Record<string, object | null>): string[] {
  const asked: string[] = [];
  mock.method(globalThis, "fetch", async (_: string, { headers }: { headers: Record<string, string> }) => {
    const token = headers.Authorization?.slice("Bearer ".length);
    if (token === undefined) return new Response("{}", { status: 503 });
    asked.push(token);
    const body = by[token] ?? { code: "unauthorized", status: 401 };
    const type = by[token] ? "application/json" : "application/problem+json";
    return new Response(JSON.stringify(body), { status: by[token] ? 200 : 401, headers: { "Content-Type": type } });
  });
  return asked;
}

/** Let the page ask by HTTP a few times. */
async function ask(times: number): Promise<void> {
  for (let n = 0; n < times * 8; n++) {
    mock.timers.tick(1000);
    for (let step = 0; step < 20; step++) await settled();
  }
}

let now = 0;
beforeEach(() => {
  now += 10_000_000;
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now });
  Fake.all = [];
  kitchen.setDevice(MINE);
  kitchen.sentAway.value = 0;
});
afterEach(() => {
  mock.timers.tick(400); // no ack waits for the next test
  kitchen.setDevice(null);
  for (let n = 0; n < 2; n++) last()?.onclose?.({ code: 4401 });
  mock.restoreAll();
  mock.timers.reset();
});

for (const code of [4401, 4409]) {
  test(`a kitchen whose old token is refused by ${code} goes on with the one that another page has kept`, () => {
    serve();
    elsewhere(NEW);
    last().onclose?.({ code });
    assert.equal(Fake.all.length, 2, "it connects anew, at once");
    welcome();
    assert.deepEqual(last().sent[0], { type: "hello", role: "kitchen", token: "new", lang: "en", epoch: "e1", seq: 2 });
    assert.deepEqual([stored(), kitchen.device.value, kitchen.sentAway.value, kitchen.line.value], [NEW, NEW, 0, "online"]);
    assert.deepEqual([...kitchen.log.value.orders.keys()], ["a"], "the board stays as it is");
  });
}

test("when that one is refused too, the screen is forgotten", () => {
  serve();
  elsewhere(NEW);
  last().onclose?.({ code: 4401 });
  last().open();
  last().onclose?.({ code: 4401 });
  assert.equal(Fake.all.length, 2);
  assert.deepEqual([stored(), kitchen.device.value, kitchen.sentAway.value, kitchen.line.value], [null, null, 4401, "stopped"]);
});

test("a refusal is of the token that was sent, though the page has heard of a new one since", () => {
  startService();
  last().open();
  elsewhere(NEW, true);
  last().onclose?.({ code: 4401 });
  last().open();
  assert.deepEqual([last().sent[0]!.token, stored(), kitchen.device.value], ["new", NEW, NEW]);
});

test("what another page keeps of another shop outlives this one's end", () => {
  serve();
  elsewhere(THEIRS);
  kept.set(SAVED, '"theirs"');
  last().onclose?.({ code: 4401 });
  assert.deepEqual([stored(), kept.get(SAVED)], [THEIRS, '"theirs"']);
  assert.deepEqual([kitchen.device.value, kitchen.sentAway.value, kitchen.log.value.orders.size, Fake.all.length], [null, 4401, 0, 1]);
});

for (const [what, good] of [["forgets, once it is refused too,", false], ["goes on with", true]] as const) { // the one that leaves no question open first
  test(`where sockets are blocked the page ${what} the token that another page has kept`, async () => {
    const asked = answers(good ? { new: snapshot(7, [order("b")]) } : {});
    startService();
    elsewhere(NEW);
    last().onclose?.({ code: 1006 });
    await ask(4);
    assert.deepEqual([...new Set(asked)], ["mine", "new"]);
    assert.deepEqual([stored(), kitchen.device.value?.token, kitchen.sentAway.value], good ? [NEW, "new", 0] : [null, undefined, 4401]);
    if (!good) assert.equal(asked.length, 2);
  });
}

test("a page hears of a new token before it is started, and of nothing else", () => {
  elsewhere(THEIRS, true);
  elsewhere(null, true);
  elsewhere(NEW, true, SAVED);
  assert.deepEqual(kitchen.device.value, MINE);
  elsewhere(NEW, true);
  assert.deepEqual(kitchen.device.value, NEW);
});

for (const [how, renew] of [
  ["the welcome", () => welcome("new")],
  ["another page", () => elsewhere(NEW, true)],
] as const) {
  test(`what was painted stays painted when ${how} brings a new token`, () => {
    serve();
    last().onclose?.({ code: 1006 });
    mock.timers.tick(3000);
    if (how !== "the welcome") welcome();
    renew();
    check();
    assert.equal(kitchen.device.value?.token, "new");
    assert.deepEqual(last().sent.filter(({ type }) => type === "ping").map(({ seq }) => seq), [2]);
    last().hear({ type: "pong", seq: 2, at: new Date().toISOString() });
    for (let s = 0; s < 3; s++) mock.timers.tick(1000);
    assert.equal(kitchen.behind.value, 0, "nothing is said to be missing");
    last().hear(events(2, event(3, order("c"), "order.placed")));
    paint();
    assert.deepEqual(last().sent.filter(({ type }) => type === "ack").map(({ seq }) => seq), [3]);
  });
}

for (const [whose, device] of [["another shop's", THEIRS], ["none", null]] as const) {
  test(`a new token is not written over what another page has made of the screen: ${whose}`, () => {
    startService();
    elsewhere(device);
    welcome("new");
    assert.deepEqual([stored(), kitchen.device.value], [device, MINE]);
  });
}

// --- the owner's page -----------------------------------------------------------------------------------------------------

const REPORT = { day: "2026-11-21", today: "2026-11-21", at: "2026-11-21T10:00:00Z" };

mock.timers.enable({ apis: ["setTimeout"] }); // its clock would keep this process alive
day.watch();
mock.timers.reset();

for (const [what, next, shown] of [
  ["takes the new token that another page has kept", NEW, [NEW, NEW, false, ["mine", "new"]]],
  ["leaves another shop's alone", THEIRS, [THEIRS, null, true, ["mine"]]],
  ["forgets its own", MINE, [null, null, true, ["mine"]]],
] as const) {
  test(`the owner's page that is refused ${what}`, async () => {
    const asked = answers({ new: REPORT });
    day.setDevice(MINE);
    elsewhere(next);
    for (let step = 0; step < 12; step++) await settled();
    assert.deepEqual([stored(), day.device.value, day.sentAway.value, asked], shown);
    assert.equal(day.shown.value?.day, next === NEW ? REPORT.day : undefined);
    day.setDevice(null);
  });
}
