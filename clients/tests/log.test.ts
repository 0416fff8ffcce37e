/** The kitchen's stream: nothing lost, nothing twice, and every hole noticed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, dismiss, emptyLog, startOver, type Effect, type Log } from "../lib/log";
import type { Event, Order } from "../lib/wire";
import { dice, event, events, moved, order, shop, snapshot } from "./make";

const start = apply(emptyLog, snapshot(2, [order("a"), order("b", { status: "accepted" })])).log;
const rings = (effects: Effect[]) => effects.flatMap((what) => (what.do === "ring" ? [`${what.tone} ${what.orders.map(({ id }) => id).join(" ")}`] : []));
const todo = (effects: Effect[]) => effects.filter((what) => what.do !== "ring");

test("a snapshot fills the screen, rings for what is new and is acknowledged", () => {
  const { log, effects } = apply(emptyLog, snapshot(2, [order("a"), order("b", { status: "accepted" })]));
  assert.deepEqual([...log.orders.keys()], ["a", "b"]);
  assert.deepEqual(rings(effects), ["new a"]);
  assert.deepEqual(todo(effects), [{ do: "ack", seq: 2 }]);
});

test("what follows is applied and rings once", () => {
  const { log, effects } = apply(start, events(2, event(3, order("c"), "order.placed")));
  assert.equal(log.seq, 3);
  assert.ok(log.orders.has("c"));
  assert.deepEqual(rings(effects), ["new c"]);
});

test("a repeated batch changes nothing, rings nobody, and is acknowledged again", () => {
  const batch = events(2, event(3, order("c"), "order.placed"));
  const once = apply(start, batch).log;
  const { log, effects } = apply(once, batch);
  assert.deepEqual(log.orders, once.orders);
  assert.equal(log.seq, 3);
  assert.deepEqual(effects, [{ do: "ack", seq: 3 }]);
});

test("what a screen had already is counted, and nothing else is", () => {
  const batch = events(2, event(3, order("c"), "order.placed"), event(4, order("d"), "order.placed"));
  const once = apply(start, batch);
  assert.equal(once.dropped, 0);
  assert.equal(apply(once.log, batch).dropped, 2);
  assert.equal(apply(start, events(1, event(2, order("b")), event(3, order("c"), "order.placed"))).dropped, 1);
  assert.equal(apply(start, events(5, event(6, order("z")))).dropped, 0);
  assert.equal(apply(start, { ...batch, epoch: "e2" }).dropped, 0);
});

test("of a batch that overlaps only the new part is applied", () => {
  const once = apply(start, events(2, event(3, order("c"), "order.placed"))).log;
  const { log, effects } = apply(once, events(2, event(3, order("c"), "order.placed"), event(4, order("d"), "order.placed")));
  assert.deepEqual(rings(effects), ["new d"]);
  assert.equal(log.seq, 4);
});

test("a gap before a batch asks for a resume and applies nothing", () => {
  const { log, effects } = apply(start, events(5, event(6, order("z"), "order.placed")));
  assert.equal(log, start);
  assert.deepEqual(effects, [{ do: "resume", seq: 2 }]);
});

test("a hole inside a batch stops there and asks for the rest", () => {
  const { log, effects } = apply(start, events(2, event(3, order("c"), "order.placed"), event(5, order("e"), "order.placed")));
  assert.equal(log.seq, 3);
  assert.ok(!log.orders.has("e"));
  assert.deepEqual(todo(effects), [{ do: "resume", seq: 3 }]);
});

test("another epoch starts again", () => {
  assert.deepEqual(apply(start, { ...events(2, event(3, order("c"))), epoch: "e2" }).effects, [{ do: "restart" }]);
});

test("a snapshot of another epoch replaces everything", () => {
  const { log } = apply(start, snapshot(1, [order("x")], "e2"));
  assert.deepEqual([log.epoch, log.seq, [...log.orders.keys()]], ["e2", 1, ["x"]]);
});

test("a screen that begins again keeps its orders until the snapshot, and takes that one whatever its seq", () => {
  const expired = apply(start, events(2, event(3, moved(order("a"), "expired", "system")))).log;
  const again = startOver(expired);
  assert.deepEqual([again.epoch, again.seq, [...again.orders.keys()], again.gone.size], [null, 0, ["b"], 0]);
  assert.deepEqual([...apply(again, snapshot(1, [order("x")])).log.orders.keys()], ["x"]);
});

test("what a reload kept of the orders that went stays over the first snapshot, unless they are open", () => {
  const loaded: Log = { ...emptyLog, gone: new Map([order("a"), order("b")].map((each) => [each.id, each])) };
  assert.deepEqual([...apply(loaded, snapshot(4, [order("b")])).log.gone.keys()], ["a"]);
});

test("a late snapshot that is older than the screen is not taken", () => {
  const later = apply(start, events(2, event(3, moved(order("a"), "rejected")))).log;
  assert.ok(!apply(later, snapshot(2, [order("a")])).log.orders.has("a"));
});

test("events before the snapshot are taken for no log, not even from its beginning, and ask for a snapshot", () => {
  for (const prev of [0, 4]) {
    const { log, effects } = apply(emptyLog, events(prev, event(prev + 1, order("a"), "order.placed")));
    assert.equal(log, emptyLog);
    assert.deepEqual(effects, [{ do: "restart" }]);
  }
});

test("a page that was loaded again keeps what went while it asks for its snapshot", () => {
  const loaded: Log = { ...emptyLog, gone: new Map([["a", order("a")]]) };
  assert.deepEqual([...startOver(loaded).gone.keys()], ["a"]);
});

test("many new orders at once ring once, and of what others have dealt with nobody hears", () => {
  const [c, d, e] = [order("c"), order("d"), order("e")];
  const { log, effects } = apply(
    start,
    events(
      2, event(3, c, "order.placed"), event(4, d, "order.placed"), event(5, moved(c, "accepted")), event(6, e, "order.placed"),
      event(7, d, "order.nudged"), event(8, e, "order.nudged"), event(9, moved(d, "rejected")),
    ),
  );
  assert.deepEqual([...log.orders.keys()].sort(), ["a", "b", "c", "e"]);
  assert.deepEqual(rings(effects), ["new e", "nudge e"]);
  assert.deepEqual(rings(apply(start, events(2, event(3, c, "order.placed"), event(4, e, "order.placed"))).effects), ["new c e"]);
  assert.deepEqual(rings(apply(emptyLog, snapshot(9, [c, d, e])).effects), ["new c d e"]);
});

test("a cancel request that the kitchen has met and a message that it has answered are heard no more", () => {
  const asked = { ...order("b", { status: "accepted" }), cancel_requested_at: "2026-11-21T10:03:00Z" };
  const met = apply(start, events(2, event(3, asked), event(4, moved(asked, "cancelled", "kitchen"))));
  assert.deepEqual(rings(met.effects), []);
  const said = (...by: ("customer" | "kitchen")[]) =>
    order("a", { messages: by.map((from) => ({ from, text: "hi", at: "2026-11-21T10:04:00Z" })) });
  const answered = apply(start, events(2, event(3, said("customer"), "order.message"), event(4, said("customer", "kitchen"), "order.message")));
  assert.deepEqual(rings(answered.effects), []);
});

test("an order that its guest cancels leaves the board but stays until somebody has seen it", () => {
  const { log, effects } = apply(start, events(2, event(3, moved(order("b"), "cancelled", "customer"))));
  assert.ok(!log.orders.has("b"));
  assert.ok(log.gone.has("b"));
  assert.deepEqual(rings(effects), ["cancelled b"]);
  assert.equal(dismiss(log, "b").gone.size, 0);
});

test("what a guest writes of an order that went is on its ticket, until somebody has tapped that away", () => {
  const cancelled = moved(order("b"), "cancelled", "customer");
  const { log } = apply(start, events(2, event(3, cancelled)));
  const said = { ...cancelled, version: 3, messages: [{ from: "customer" as const, text: "sorry", at: "2026-11-21T10:04:00Z" }] };
  const told = apply(log, events(3, event(4, said, "order.message")));
  assert.equal(told.log.gone.get("b")?.messages.length, 1);
  assert.deepEqual(rings(told.effects), ["message b"]);
  assert.deepEqual(rings(apply(dismiss(log, "b"), events(3, event(4, said, "order.message"))).effects), []);
});

test("an order that the kitchen itself cancels just leaves", () => {
  const { log, effects } = apply(start, events(2, event(3, moved(order("b"), "cancelled", "kitchen"))));
  assert.equal(log.gone.size, 0);
  assert.deepEqual(rings(effects), []);
});

test("a cancel request, a nudge and a guest's message each have their own tone", () => {
  const asked = { ...order("b", { status: "accepted" }), cancel_requested_at: "2026-11-21T10:03:00Z" };
  const said = { ...asked, messages: [{ from: "customer" as const, text: "hi", at: "2026-11-21T10:04:00Z" }] };
  const { effects } = apply(start, events(2, event(3, asked), event(4, asked, "order.nudged"), event(5, said, "order.message")));
  assert.deepEqual(rings(effects), ["cancelled b", "nudge b", "message b"]);
});

test("a completed order can be called back and then is on the board again", () => {
  const done = moved(order("b"), "completed");
  const { log } = apply(start, events(2, event(3, done)));
  assert.deepEqual(log.done.map((each) => each.id), ["b"]);
  const back = apply(log, events(3, event(4, moved(done, "ready")))).log;
  assert.deepEqual([back.done.length, back.orders.get("b")?.status], [0, "ready"]);
});

test("an event about the shop replaces the shop and no order", () => {
  const paused = { ...shop(), accepting: "paused" as const };
  const { log } = apply(start, events(2, { seq: 3, type: "shop.updated", at: "", shop: paused }));
  assert.equal(log.shop?.accepting, "paused");
  assert.deepEqual(log.orders, start.orders);
});

test("snapshot at k and the events after it give the snapshot at n, cut and repeated anyhow", () => {
  const open = new Set(["placed", "accepted", "preparing", "ready", "dispatched"]);
  const next: Record<string, Order["status"][]> = { placed: ["accepted", "rejected", "expired"], accepted: ["preparing"], preparing: ["ready"], ready: ["completed", "preparing"] };
  for (let seed = 1; seed <= 60; seed++) {
    const roll = dice(seed);
    const world = new Map<string, Order>();
    const past: Event[] = [];
    const snaps = [snapshot(0, [])];
    for (let seq = 1; seq <= 40; seq++) {
      const movable = [...world.values()].filter((each) => next[each.status]);
      if (movable.length === 0 || roll(3) === 0) {
        world.set(`o${seq}`, order(`o${seq}`));
        past.push(event(seq, order(`o${seq}`), "order.placed"));
      } else {
        const which = movable[roll(movable.length)]!;
        const ways = next[which.status]!;
        const after = moved(which, ways[roll(ways.length)]!);
        world.set(after.id, after);
        past.push(event(seq, after));
      }
      snaps.push(snapshot(seq, [...world.values()].filter((each) => open.has(each.status))));
    }
    let log: Log = apply(emptyLog, snaps[roll(20)]!).log;
    while (log.seq < 40) {
      const from = Math.max(0, log.seq - roll(4));
      log = apply(log, events(from, ...past.slice(from, from + 1 + roll(8)))).log;
    }
    const sorted = (list: Iterable<Order>) => [...list].sort((a, b) => a.id.localeCompare(b.id));
    assert.deepEqual(sorted(log.orders.values()), sorted(snaps[40]!.orders), `seed ${seed}`);
  }
});
