/** Which slips this screen prints, and when: chosen for this screen alone, and each order once, over reloads too. */
import { computed, effect, signal } from "@preact/signals";
import { afterPaint } from "../lib/paint";
import { load, save } from "../lib/store";
import type { Order } from "../lib/wire";
import { log, savedAt } from "./state";

export const WIDTHS = [58, 80] as const;
export const AUTO = ["off", "new", "accepted"] as const;
export type Auto = (typeof AUTO)[number];

interface Printing {
  /** Width of the paper in mm. */
  width: (typeof WIDTHS)[number];
  auto: Auto;
}

const KEY = "orderbell.print";
const PRINTED = "orderbell.printed";
const PRINTED_KEPT = 300;

export const printing = signal<Printing>({ width: 80, auto: "off", ...load<Partial<Printing>>(KEY, {}) });
const printed = new Set(load<string[]>(PRINTED, []));

/** Slips that are on the paper now, or on their way to it: what the sheet draws. */
export const slips = signal<readonly Order[]>([]);
/** How long the last print held this screen, in ms, when that was too long: it prints nothing by itself until somebody says so. */
export const heldFor = signal(0);
const waiting = signal<readonly string[]>([]);

/** Orders that would have been printed by now. */
export const waitingSlips = computed(() => waiting.value.flatMap((id) => log.value.orders.get(id) ?? []));

export function setPrinting(change: Partial<Printing>): void {
  const next = { ...printing.value, ...change };
  if (next.auto !== printing.value.auto) {
    for (const order of due(next.auto)) remember(order.id); // what hangs there already was printed, or is known
    waiting.value = [];
    heldFor.value = 0;
  }
  printing.value = next;
  save(KEY, next);
}

/** Orders whose slip belongs on paper. */
const due = (auto: Auto): Order[] =>
  auto === "off"
    ? []
    : [...log.value.orders.values()].filter(
        ({ status }) => status === "accepted" || status === "preparing" || (auto === "new" && status === "placed"),
      );

function remember(id: string): void {
  printed.delete(id);
  printed.add(id);
  for (const oldest of printed) {
    if (printed.size <= PRINTED_KEPT) break;
    printed.delete(oldest);
  }
  save(PRINTED, [...printed]);
}

/** A dialog was open: no machine takes so long to take a slip. */
const HELD_MS = 2_000;

/** Draw these orders on paper. The page may stand still meanwhile: in most browsers a print holds it. */
export function printOrders(orders: readonly Order[]): void {
  slips.value = orders;
  afterPaint(() => {
    const began = performance.now();
    print();
    const held = performance.now() - began;
    slips.value = [];
    if (held > HELD_MS && printing.value.auto !== "off") heldFor.value = held;
  });
}

/** Print one order, because somebody wants its slip. */
export function printOrder(order: Order): void {
  remember(order.id);
  waiting.value = waiting.value.filter((id) => id !== order.id);
  printOrders([order]);
}

/** Print what waits, in one go. */
export function printWaiting(): void {
  const orders = waitingSlips.value;
  for (const order of orders) remember(order.id); // first: what no longer waits and is not printed would wait again
  waiting.value = [];
  if (orders.length > 0) printOrders(orders);
}

/** Later than the paint, the ring and the ack of a new ticket: whatever a printer does, the kitchen knows, and so does the server. */
const AFTER_ALL_MS = 700;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Print by itself from now on what the screen was told to. */
export function startPrinting(): void {
  effect(() => {
    if (savedAt.value > 0 || log.value.epoch === null) return;
    const fresh = due(printing.value.auto).filter(({ id }) => !printed.has(id) && !waiting.peek().includes(id));
    if (fresh.length > 0) waiting.value = [...waiting.peek(), ...fresh.map(({ id }) => id)];
    if (waiting.value.length === 0 || heldFor.value > 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      if (heldFor.peek() === 0) printWaiting();
    }, AFTER_ALL_MS);
  });
}
