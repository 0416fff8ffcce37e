/** One step on: the next thing to do about an order, and five seconds to take it back. */
import { signal } from "@preact/signals";
import type { Status } from "../lib/frames";
import { load, save } from "../lib/store";
import type { Order } from "../lib/wire";
import { command, pending } from "./commands";

type Step = "start" | "ready" | "dispatch" | "complete";

const NEXT: Partial<Record<Status, Step>> = { accepted: "start", preparing: "ready", ready: "complete", dispatched: "complete" };

/** The one next step of an order that was accepted. */
export const nextOf = (order: Order): Step | undefined =>
  order.status === "ready" && order.service === "delivery" ? "dispatch" : NEXT[order.status];

const USUAL = "orderbell.minutes";

/** The minutes that this screen promised last: what the Enter key accepts with. */
export const usual = signal(load(USUAL, 15));

export function accept(order: Order, minutes: number): void {
  usual.value = minutes;
  save(USUAL, minutes);
  command({ name: "accept", order: order.id, minutes });
}

/** Take the next step, unless the step before has no answer yet. */
export function bump(order: Order): void {
  const next = nextOf(order);
  if (!next || pending.value.has(order.id)) return;
  command({ name: next, order: order.id });
  if (next === "ready" || next === "complete") offer({ order, step: next, until: Date.now() + UNDO_MS });
}

// --- undo -----------------------------------------------------------------------------------------------------------------

const UNDO_MS = 5_000;

export interface Undo {
  order: Order;
  step: "ready" | "complete";
  /** Until when it is offered, in local ms. */
  until: number;
}

/** What can be taken back, the last step last. */
export const undos = signal<readonly Undo[]>([]);

function offer(undo: Undo): void {
  undos.value = [...undos.value, undo];
  setTimeout(() => {
    undos.value = undos.value.filter((other) => other !== undo);
  }, UNDO_MS);
}

/** Take the last step back: a recall, kept as any command while there is no line. */
export function undoLast(): void {
  const last = undos.value.at(-1);
  if (!last) return;
  undos.value = undos.value.slice(0, -1);
  command({ name: "recall", order: last.order.id });
}
