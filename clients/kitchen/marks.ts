/** What this screen has marked on its tickets: dishes crossed off, news that was seen. Kept over a reload, forgotten with the order. */
import { effect, signal } from "@preact/signals";
import { load, save } from "../lib/store";
import type { Order } from "../lib/wire";
import { log } from "./state";

export interface Mark {
  /** Lines that are done, by their place on the ticket. */
  readonly crossed: readonly number[];
  /** How much of the talk and how many nudges somebody has seen, and which wish to cancel was turned down. */
  readonly nudges: number;
  readonly messages: number;
  readonly cancel: string | null;
}

const KEY = "orderbell.marks";
const NONE: Mark = { crossed: [], nudges: 0, messages: 0, cancel: null };

export const marks = signal<ReadonlyMap<string, Mark>>(new Map(load<[string, Mark][]>(KEY, [])));

function show(next: ReadonlyMap<string, Mark>): void {
  marks.value = next;
  save(KEY, next.size === 0 ? null : [...next]);
}

const change = (id: string, part: Partial<Mark>): void =>
  show(new Map(marks.value).set(id, { ...(marks.value.get(id) ?? NONE), ...part }));

/** Cross a line off, or put it back. */
export function cross(id: string, index: number): void {
  const crossed = marks.value.get(id)?.crossed ?? [];
  change(id, { crossed: crossed.includes(index) ? crossed.filter((other) => other !== index) : [...crossed, index] });
}

export const isCrossed = (id: string, index: number): boolean => marks.value.get(id)?.crossed.includes(index) ?? false;

/** Note that somebody has seen the nudges and the talk of an order. */
export const acknowledge = ({ id, nudges, messages }: Order): void => change(id, { nudges, messages: messages.length });

/** Note that somebody has turned down the wish to cancel. */
export const keepCooking = ({ id, cancel_requested_at }: Order): void => change(id, { cancel: cancel_requested_at });

export interface News {
  nudge: boolean;
  message: boolean;
  cancel: boolean;
}

const cooks = ({ status }: Order): boolean => status === "accepted" || status === "preparing";

/** What about an order nobody at this screen has acknowledged. */
export function newsOf(order: Order, mark: Mark = NONE): News {
  return {
    nudge: order.nudges > mark.nudges,
    message: order.messages.length > mark.messages && order.messages.at(-1)?.from === "customer",
    // What is ready cannot be kept from being cooked: whoever hands it over talks to the guest.
    cancel: cooks(order) && order.cancel_requested_at !== null && order.cancel_requested_at !== mark.cancel,
  };
}

effect(() => {
  const { epoch, orders, done } = log.value;
  if (epoch === null) return; // what is open is not known yet
  const known = (id: string) => orders.has(id) || done.some((order) => order.id === id);
  const kept = [...marks.peek()].filter(([id]) => known(id));
  if (kept.length < marks.peek().size) show(new Map(kept));
});
