/** The line to the server: it says hello, notices death, comes back, and knows when not to. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { backoff, soon } from "../lib/backoff";
import { Link, type LinkOptions, type LinkState } from "../lib/socket";
import { Fake, last } from "./fake";
import { dice } from "./make";

const states: [LinkState, number][] = [];
const frames: string[] = [];

function link(more: Partial<LinkOptions> = {}): Link {
  const made = new Link({
    url: "ws://x", hello: () => ({ type: "hello", role: "guest", shop: "s" }), onFrame: (frame) => frames.push(frame.type),
    onState: (state, code) => states.push([state, code]), ping: () => ({ type: "ping", seq: 7 }), pingEveryMs: 5000,
    socket: () => new Fake() as unknown as WebSocket, random: () => 0.5,
    ...more,
  });
  made.start();
  return made;
}

function online(more: Partial<LinkOptions> = {}): Link {
  const made = link(more);
  last().open();
  last().hear({ type: "welcome", at: "2026-11-21T10:00:00Z" });
  return made;
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  Fake.all = [];
  states.length = 0;
  frames.length = 0;
});
afterEach(() => mock.timers.reset());

test("it says hello when the socket opens, and is online when it is welcomed", () => {
  const made = link();
  last().open();
  assert.deepEqual(last().sent, [{ type: "hello", role: "guest", shop: "s" }]);
  assert.equal(made.state, "connecting");
  last().hear({ type: "welcome", at: "2026-11-21T10:00:00Z" });
  assert.equal(made.state, "online");
});

test("frames before the welcome are not sent", () => {
  const made = link();
  last().open();
  assert.equal(made.send({ type: "ack", seq: 1 }), false);
});

test("a line that does not answer a ping is dropped and made anew", () => {
  const made = online();
  mock.timers.tick(5000);
  assert.deepEqual(last().sent.at(-1), { type: "ping", seq: 7 });
  const dead = last();
  mock.timers.tick(5000);
  assert.ok(dead.closed);
  assert.equal(made.state, "waiting");
  mock.timers.tick(15_000);
  assert.equal(Fake.all.length, 2);
});

test("a line on which something large may be coming is given more time, by a look at the page too", () => {
  const made = online({ patienceMs: () => 30_000 });
  mock.timers.tick(5000);
  made.check();
  mock.timers.tick(29_999);
  assert.equal(made.state, "online");
  mock.timers.tick(1);
  assert.equal(made.state, "waiting");
});

test("a line that answers stays", () => {
  const made = online();
  for (let n = 0; n < 20; n++) {
    mock.timers.tick(5000);
    last().hear({ type: "pong", seq: 1, at: "2026-11-21T10:00:00Z" });
  }
  assert.equal(made.state, "online");
  assert.equal(Fake.all.length, 1);
});

test("a socket that is never welcomed is given up after 10 seconds", () => {
  link();
  last().open();
  last().hear({ type: "error", code: "unavailable", detail: "" });
  mock.timers.tick(10_000);
  assert.deepEqual(states.at(-1), ["waiting", 1006]);
});

for (const code of [1001, 1006, 1013, 4408, 4429]) {
  test(`it comes back after ${code}`, () => {
    online();
    last().die(code);
    mock.timers.tick(15_000);
    assert.equal(Fake.all.length, 2);
  });
}

for (const code of [4401, 4409]) {
  test(`it stays away after ${code} and says so`, () => {
    online();
    last().die(code);
    mock.timers.tick(60_000);
    assert.equal(Fake.all.length, 1);
    assert.deepEqual(states.at(-1), ["stopped", code]);
  });
}

test("a server that asked for room gets two seconds of it, and then a spread", () => {
  online();
  last().die(1013);
  mock.timers.tick(3349);
  assert.equal(Fake.all.length, 1);
  mock.timers.tick(1);
  assert.equal(Fake.all.length, 2);
});

test("frames that are no frames are passed over, unknown ones are the owner's business", () => {
  online();
  for (const rubbish of ["", "nonsense", "null", "[]", "3", '{"type":5}']) last().hear(rubbish);
  last().hear({ type: "from-the-future" });
  assert.deepEqual(frames, ["welcome", "from-the-future"]);
});

test("what an old socket still says is not heard", () => {
  const made = online();
  const hear = last().onmessage!;
  made.restart();
  hear({ data: JSON.stringify({ type: "events" }) });
  assert.deepEqual(frames, ["welcome"]);
});

test("somebody who looks is not kept waiting", () => {
  const made = online();
  last().die(1006);
  made.check();
  assert.equal(Fake.all.length, 2);
});

test("a stopped line is closed and stays so", () => {
  const made = online();
  made.stop();
  assert.ok(last().closed);
  mock.timers.tick(60_000);
  assert.equal(Fake.all.length, 1);
});

test("a line that its own ping found dead is tried again soon: nobody else comes then", () => {
  online();
  mock.timers.tick(5000);
  mock.timers.tick(5000);
  mock.timers.tick(600);
  assert.equal(Fake.all.length, 2);
});

test("a line that the other side ended waits its turn, from the first try on", () => {
  online();
  last().die(1006);
  mock.timers.tick(1649); // half of 0.3 s to 3 s
  assert.equal(Fake.all.length, 1);
  mock.timers.tick(1);
  assert.equal(Fake.all.length, 2);
});

test("a welcome ends the time away", () => {
  online();
  last().die(1006);
  for (let n = 0; n < 60; n++) {
    mock.timers.tick(1000);
    if (last().readyState === 0 && !last().closed) last().die(1006);
  }
  mock.timers.tick(15_000);
  last().open();
  last().hear({ type: "welcome", at: "2026-11-21T10:00:00Z" });
  const before = Fake.all.length;
  last().die(1006);
  mock.timers.tick(1650);
  assert.equal(Fake.all.length, before + 1);
});

test("waits are spread from 0.3 s to 3 s, after 12 s away to a quarter of the time, to 15 s at most", () => {
  const spans: [number, number][] = [[0, 3000], [12_000, 3000], [20_000, 5000], [60_000, 15_000], [1e9, 15_000]];
  for (const [away, most] of spans) {
    assert.equal(backoff(away, () => 0), 300);
    assert.ok(Math.abs(backoff(away, () => 0.999_999) - most) < 1, `${away}`);
  }
  assert.equal(backoff(-5000, () => 1), 3000); // a clock that was set back
  assert.deepEqual([soon(() => 0), soon(() => 1)], [300, 600]);
});

test("who was asked for room comes after two seconds, and not all in one instant", () => {
  const waits = [0, 0.25, 0.5, 0.75].map((dice) => backoff(0, () => dice, 2000));
  assert.deepEqual(waits, [2000, 2675, 3350, 4025]);
});

test("500 pages whose server was away for up to 10 s are back within 3 s, spread over more than 2 s", () => {
  const roll = dice(7);
  for (const away of [0, 1000, 2500, 5000, 10_000]) {
    const back = Array.from({ length: 500 }, () => {
      let at = 0;
      do at += backoff(at, () => roll(1_000_000) / 1_000_000);
      while (at < away);
      return at - away;
    });
    assert.ok(Math.max(...back) <= 3000, `${away}: ${Math.max(...back)}`);
    assert.ok(Math.max(...back) - Math.min(...back) >= 2000, `${away}`);
  }
});
