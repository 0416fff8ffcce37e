/**
 * The kitchen's stream against the reference, tests/model/reducer.py: the same frames, and after each the same log and the
 * same things to do. CASES names a file of cases (tests/model/cases.py); without it a few that lie here are taken.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { apply, dismiss, emptyLog, type Effect, type Log, startOver } from "../lib/log";
import { newer } from "../lib/tracker";
import type { Events, Order, Snapshot } from "../lib/wire";

type Brief = Record<string, [number, string]>;

interface Said {
  epoch: string | null;
  seq: number;
  orders: Brief;
  gone: Brief;
  done: string[];
  accepting: string | null;
}

type Step =
  | { op: "frame"; frame: Snapshot | Events; effects: unknown[]; dropped: number; log: Said }
  | { op: "dismiss"; id: string; log: Said }
  | { op: "reload"; log: Said }
  | { op: "order"; order: Order; shown: Order };

interface Case {
  name: string;
  steps: Step[];
}

const file = process.env["CASES"] ?? "tests/cases/few.jsonl";
const cases = readFileSync(file, "utf8").trim().split("\n").map((text) => JSON.parse(text) as Case);
const of = (who: string) => cases.filter(({ name }) => name.startsWith(who));

const brief = (orders: ReadonlyMap<string, Order>): Brief =>
  Object.fromEntries([...orders].map(([id, { version, status }]) => [id, [version, status] as const] as const)) as Brief;

const said = (log: Log): Said => ({
  epoch: log.epoch, seq: log.seq, orders: brief(log.orders), gone: brief(log.gone), done: log.done.map(({ id }) => id),
  accepting: log.shop?.accepting ?? null,
});

const spoken = (effect: Effect) => (effect.do === "ring" ? { ...effect, orders: effect.orders.map(({ id }) => id) } : effect);

/** Take a step as the kitchen's page does, and see that it is what the reference did. */
function take(log: Log, step: Step, where: string): Log {
  assert.ok(step.op !== "order");
  if (step.op === "dismiss") return dismiss(log, step.id);
  if (step.op === "reload") return { ...emptyLog, done: log.done, gone: log.gone };
  const { log: next, effects, dropped } = apply(log, step.frame);
  assert.deepEqual(effects.map(spoken), step.effects, where);
  assert.equal(dropped, step.dropped, where);
  assert.deepEqual(said(next), step.log, where);
  return effects.some((effect) => effect.do === "restart") ? startOver(next) : next;
}

test(`a kitchen's screen does what the reference does, in ${of("kitchen").length} walks`, () => {
  assert.ok(of("kitchen").length > 0);
  for (const { name, steps } of of("kitchen")) {
    let log = emptyLog;
    for (const [nth, step] of steps.entries()) log = take(log, step, `${name}, step ${nth}`);
  }
});

test(`a customer's page does what the reference does, in ${of("customer").length} walks`, () => {
  assert.ok(of("customer").length > 0);
  for (const { name, steps } of of("customer")) {
    let shown: Order | null = null;
    for (const [nth, step] of steps.entries()) {
      assert.ok(step.op === "order");
      shown = newer(shown, step.order);
      assert.deepEqual(shown, step.shown, `${name}, step ${nth}`);
    }
  }
});
