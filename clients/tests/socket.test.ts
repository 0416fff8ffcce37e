/** The line to the server: it says hello, notices death, comes back, and knows when not to. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { backoff } from "../lib/backoff";
import { Link, type LinkState } from "../lib/socket";

class Fake {
  static all: Fake[] = [];
  readyState = 0;
  sent: { type: string }[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    Fake.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  hear(frame: unknown) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  die(code: number) {
    this.onclose?.({ code });
  }
}

const last = () => Fake.all.at(-1)!;
const states: [LinkState, number][] = [];
const frames: string[] = [];

function link(): Link {
  const made = new Link({
    url: "ws://x", hello: () => ({ type: "hello", role: "guest", shop: "s" }), onFrame: (frame) => frames.push(frame.type),
    onState: (state, code) => states.push([state, code]), ping: () => ({ type: "ping", seq: 7 }), pingEveryMs: 5000,
    socket: () => new Fake() as unknown as WebSocket, random: () => 0.5,
  });
  made.start();
  return made;
}

function online(): Link {
  const made = link();
  last().open();
  last().hear({ type: "welcome", at: "2026-11-21T10:00:00Z" });
  return made;
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
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

test("a server that asked for room gets two seconds of it", () => {
  online();
  last().die(1013);
  mock.timers.tick(1999);
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

test("waits are spread between 0.3 and 15 seconds, and grow", () => {
  for (let tries = 0; tries < 30; tries++) {
    for (const dice of [0, 0.5, 0.999]) {
      const wait = backoff(tries, () => dice);
      assert.ok(wait >= 300 && wait <= 15_000, `${tries} ${dice}: ${wait}`);
    }
  }
  assert.ok(backoff(0, () => 0.999) < 1000);
  assert.ok(backoff(9, () => 0.999) > 14_000);
});
