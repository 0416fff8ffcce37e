/** The kitchen's line: what the page asks, acknowledges and believes while frames and answers come late, twice, or from others. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { check, startService } from "../kitchen/line";
import { setMuted, unlock } from "../kitchen/sound";
import { device, line, log, sentAway, setDevice } from "../kitchen/state";
import { Fake, last, settled } from "./fake";
import { event, events, order, shop, snapshot } from "./make";

/** Counts the notes that are played; the rest of a sound card is not there. */
let notes = 0;
class SilentCard {
  state = "running";
  currentTime = 0;
  async resume() {}
  private readonly node = {
    frequency: { value: 0 }, gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} },
    connect: (to: unknown) => to, start: () => notes++, stop() {},
  };
  createDynamicsCompressor = () => this.node;
  createOscillator = () => this.node;
  createGain = () => this.node;
}

const said = (type: string) => last().sent.filter((frame) => frame.type === type).map(({ seq }) => seq);

Object.assign(globalThis, {
  WebSocket: Fake,
  AudioContext: SilentCard,
  location: { protocol: "http:", host: "x" },
  document: { visibilityState: "visible", addEventListener() {}, removeEventListener() {} },
  addEventListener() {},
  removeEventListener() {},
  requestAnimationFrame: (then: () => void) => setTimeout(then, 16),
});

/** Open the latest socket and let the server welcome it. */
function welcome(seq: number, epoch = "e1"): void {
  last().open();
  last().hear({ type: "welcome", epoch, seq, at: new Date().toISOString(), shop: shop() });
}

function online(seq = 2): void {
  startService();
  welcome(seq);
}

/** Cut the socket; return once the page asks by HTTP. */
async function ask(): Promise<void> {
  last().onclose?.({ code: 1006 });
  mock.timers.tick(3000);
  mock.timers.tick(200); // a paint
  await settled();
}

function answers(body: unknown, status: number, type: string): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  mock.method(globalThis, "fetch", async () => new Response(text, { status, headers: { "Content-Type": type } }));
}

let now = 0;

beforeEach(() => {
  now += 10_000_000;
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now });
  Fake.all = [];
  setDevice({ token: "mine", shop: "noodle-house" });
  sentAway.value = 0;
});
afterEach(() => {
  mock.timers.tick(400); // no ack waits for the next test
  for (let s = 0; s < 20 && last().onclose === null; s++) mock.timers.tick(1000); // a page that is away comes back, or was stopped
  last().onclose?.({ code: 4401 });
  mock.restoreAll();
  mock.timers.reset();
});

test("events before the snapshot: the page says hello again, and waits longer each time that no snapshot comes", () => {
  online(1);
  last().hear(events(0, event(1, order("a"), "order.placed")));
  assert.deepEqual([log.value.epoch, log.value.orders.size], [null, 0]);
  assert.equal(Fake.all.length, 2);
  for (let lines = 2; lines < 5; lines++) {
    welcome(1);
    assert.equal(last().sent[0]!.epoch, null);
    mock.timers.tick(2 ** lines * 1000 - 1);
    last().hear(events(0, event(1, order("a"), "order.placed")));
    assert.equal(Fake.all.length, lines, "not so soon");
    mock.timers.tick(1);
    last().hear(events(0, event(1, order("a"), "order.placed")));
    assert.equal(Fake.all.length, lines + 1);
    assert.deepEqual(said("resume"), []);
  }
  welcome(1);
  last().hear(snapshot(1, [order("a")]));
  assert.deepEqual([log.value.seq, [...log.value.orders.keys()]], [1, ["a"]]);
});

for (const seq of [0, 3]) {
  test(`a line that brings pongs of ${seq} and no snapshot is made anew, with no word of a resume`, () => {
    online(seq);
    for (let n = 0; n < 2; n++) last().hear({ type: "pong", seq, at: new Date().toISOString() });
    assert.equal(Fake.all.length, 2);
    assert.deepEqual(Fake.all[0]!.sent.map(({ type }) => type), ["hello"]);
  });
}

test("a large snapshot on a slow line has half a minute, and after it the line is watched as ever", () => {
  online();
  mock.timers.tick(5000);
  assert.equal(said("ping").length, 1);
  mock.timers.tick(29_999);
  assert.ok(!last().closed);
  last().hear(snapshot(2, []));
  mock.timers.tick(5000);
  mock.timers.tick(5000);
  assert.ok(Fake.all[0]!.closed);
});

for (const [what, seq] of [["nothing", 2], ["something", 9]] as const) {
  test(`a line that has ${what} to catch up after it was away is watched from its welcome on, or given time`, () => {
    online();
    last().hear(snapshot(2, []));
    last().onclose?.({ code: 1006 });
    mock.timers.tick(3000);
    welcome(seq);
    const watched = last();
    mock.timers.tick(5000);
    mock.timers.tick(5000);
    assert.equal(watched.closed, what === "nothing");
  });
}

test("an ack names what was there before the paint, and the next one what came during it", () => {
  online();
  last().hear(snapshot(2, []));
  mock.timers.tick(0); // the ack is due, and the paint is not over
  last().hear(events(2, event(3, order("c"), "order.placed")));
  mock.timers.tick(16);
  mock.timers.tick(0);
  assert.deepEqual(said("ack"), [2]);
  mock.timers.tick(200);
  mock.timers.tick(150);
  assert.deepEqual(said("ack"), [2, 3]);
});

test("frames that are painted together ring together, each tone once", async () => {
  await unlock();
  online();
  last().hear(snapshot(2, []));
  last().hear(events(2, event(3, order("c"), "order.placed")));
  mock.timers.tick(150);
  mock.timers.tick(0);
  const once = notes;
  assert.ok(once > 0);
  for (let seq = 3; seq < 6; seq++) last().hear(events(seq, event(seq + 1, order(`o${seq}`), "order.placed")));
  mock.timers.tick(150);
  mock.timers.tick(0);
  assert.equal(notes, 2 * once);
});

for (const [what, change] of [
  ["another history", () => welcome(3, "e2")],
  ["another shop", () => setDevice({ token: "other", shop: "coffee-bar" })],
] as const) {
  test(`what was painted of one is neither acknowledged nor pinged to ${what}`, () => {
    online();
    last().hear(snapshot(2, []));
    mock.timers.tick(150);
    mock.timers.tick(150);
    assert.deepEqual(said("ack"), [2]);
    last().hear(events(2, event(3, order("c"), "order.placed")));
    mock.timers.tick(200); // the ack is due
    change();
    last().hear(snapshot(5, [], what === "another shop" ? "e1" : "e2"));
    check();
    assert.deepEqual(said("ping"), [0]);
    for (const ms of [20, 200, 150]) mock.timers.tick(ms);
    assert.deepEqual(said("ack"), [2, 5]);
  });
}

for (const [whose, body, status, type] of [
  ["a proxy's page", "<h1>Log in</h1>", 401, "text/html"],
  ["a proxy's own JSON", { code: "unauthorized" }, 401, "application/json"],
  ["a problem of another kind", { code: "unknown", status: 401 }, 401, "application/problem+json"],
  ["a refusal that is no 401", { code: "unauthorized", status: 403 }, 403, "application/problem+json"],
] as const) {
  test(`${whose} does not unpair the screen`, async () => {
    answers(body, status, type);
    online();
    await ask();
    await settled();
    assert.equal(device.value?.token, "mine");
    assert.notEqual(line.value, "stopped");
  });
}

test("a 401 of the server's own does unpair it", async () => {
  answers({ code: "unauthorized", status: 401, title: "", type: "" }, 401, "application/problem+json");
  online();
  await ask();
  await settled();
  assert.deepEqual([device.value, sentAway.value], [null, 4401]);
});

test("asking by HTTP says that the screen can be seen and heard, and says nothing when it cannot", async () => {
  const asked: string[] = [];
  mock.method(globalThis, "fetch", async (url: string) => {
    asked.push(url);
    return new Response("{}", { status: 503 });
  });
  await unlock();
  online();
  await ask();
  setMuted(true);
  for (let s = 0; s < 7; s++) {
    mock.timers.tick(1000);
    await settled();
  }
  setMuted(false);
  const polls = asked.filter((url) => url.startsWith("/bill?after="));
  assert.deepEqual([polls[0]!.endsWith("&ready=1"), polls.at(-1)!.includes("ready")], [true, false]);
});

for (const [what, status] of [["an answer", 200], ["a refusal", 401]] as const) {
  test(`${what} to one device's question is nothing to the next one's`, async () => {
    let answer = (_: Response) => {};
    mock.method(globalThis, "fetch", () => new Promise<Response>((done) => (answer = done)));
    online();
    await ask();
    setDevice({ token: "other", shop: "coffee-bar" });
    const body = status === 200 ? snapshot(7, [order("theirs")]) : { code: "unauthorized" };
    const headers = { "Content-Type": status === 200 ? "application/json" : "application/problem+json" };
    answer(new Response(JSON.stringify(body), { status, headers }));
    await settled();
    await settled();
    assert.deepEqual([log.value.epoch, log.value.orders.size, device.value?.token], [null, 0, "other"]);
  });
}

/** Everything that a page of this screen keeps, for the tests that need it. */
function storage(): Map<string, string> {
  const kept = new Map<string, string>();
  const localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  };
  Object.assign(globalThis, { localStorage });
  return kept;
}

function renewed(token: string): void {
  last().open();
  last().hear({ type: "welcome", epoch: "e1", seq: 2, at: new Date().toISOString(), shop: shop(), token });
}

const spoken = () => last().sent.filter((frame) => frame.type === "hello").map(({ token }) => token);

test("a new token is kept, and used by the next hello", () => {
  const kept = storage();
  setDevice({ token: "mine", shop: "noodle-house", name: "till" });
  startService();
  renewed("new");
  assert.deepEqual(JSON.parse(kept.get("orderbell.device")!), { token: "new", shop: "noodle-house", name: "till" });
  assert.equal(line.value, "online");
  last().onclose?.({ code: 1006 });
  mock.timers.tick(3000);
  last().open();
  assert.deepEqual(spoken(), ["new"]);
});

test("where nothing can be kept, the old token stays: a reload must not shut the screen out", () => {
  Object.assign(globalThis, { localStorage: undefined });
  startService();
  renewed("new");
  assert.equal(device.value?.token, "mine");
});
