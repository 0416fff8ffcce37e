/**
 * Keyboards and bump bars. A key alone does something only while nobody types, no sheet is open and keys are switched on
 * (WCAG 2.1.4); what has the focus keeps its own keys, so that Tab and Enter work as everywhere.
 */
import { accept, bump, undoLast, usual } from "./bump";
import { byKeys, keysOn, selected } from "./keyboard";
import { close, panel, toggleAllDay } from "./panels";
import { log, savedAt, takeAway, tap } from "./state";
import { pending } from "./commands";

const tickets = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-order]")];
/** The places of the board in their order, holes too: a number stays with its place. */
const standing = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-order], .hole")];
const ticketOf = (id: string): HTMLElement | undefined => tickets().find((ticket) => ticket.dataset.order === id);

function select(ticket: HTMLElement | undefined): void {
  if (!ticket) return;
  ticket.focus({ preventScroll: true });
  ticket.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The ticket that is selected; where it has left, the one that stands in its place. */
let lastN = 0;
function current(): HTMLElement | undefined {
  const here = ticketOf(selected.value);
  if (here) lastN = standing().indexOf(here);
  return here;
}

const middle = ({ left, top, width, height }: DOMRect) => ({ x: left + width / 2, y: top + height / 2 });

/** The nearest ticket in a direction; what is off the line counts double. */
function neighbour(from: HTMLElement, dx: number, dy: number): HTMLElement | undefined {
  const here = middle(from.getBoundingClientRect());
  let best: HTMLElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const ticket of tickets()) {
    const there = middle(ticket.getBoundingClientRect());
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    if (ticket === from || along < 24) continue;
    if (along + 2 * aside < least) {
      least = along + 2 * aside;
      best = ticket;
    }
  }
  return best;
}

const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function move(arrow: [number, number]): void {
  const here = current();
  select(here ? (neighbour(here, ...arrow) ?? here) : nearestTo(lastN));
}

function nearestTo(n: number): HTMLElement | undefined {
  const all = standing();
  return tickets().sort((a, b) => Math.abs(all.indexOf(a) - n) - Math.abs(all.indexOf(b) - n))[0];
}

/** Enter: accept with this screen's usual minutes, take the next step, or take away what is gone. */
function enter(): void {
  const here = current();
  if (!here) {
    select(nearestTo(lastN));
    return;
  }
  const id = selected.value;
  if (here.closest("[data-settling]")) return;
  const order = log.value.orders.get(id);
  if (!order) takeAway(id);
  else if (order.status !== "placed") bump(order);
  else if (!pending.value.has(id)) accept(order, usual.value);
}

const LETTERS: Record<string, () => void> = {
  r: () => { panel.value = { name: "recall" }; },
  s: () => { panel.value = { name: "soldout" }; },
  "?": () => { panel.value = { name: "help" }; },
  a: toggleAllDay,
  u: undoLast,
  d: () => {
    const order = log.value.orders.get(selected.value);
    if (order) panel.value = { name: "details", order };
  },
  x: () => {
    const order = log.value.orders.get(selected.value);
    if (order?.status === "placed") panel.value = { name: "reject", order };
  },
};

/** What a key means, or undefined. */
function meaning(key: string, focus: Element | null): (() => void) | undefined {
  if (/^[1-9]$/.test(key)) return () => {
    const ticket = standing()[Number(key) - 1];
    if (!ticket?.dataset.order) return;
    select(ticket);
    tap(ticket.dataset.order);
  };
  const arrow = ARROWS[key];
  if (arrow) return () => move(arrow);
  if (key === "Enter") return focus?.matches("button, a, summary") ? undefined : enter;
  return LETTERS[key.toLowerCase()];
}

function onKey(event: KeyboardEvent): void {
  if (event.key === "Tab") byKeys.value = true;
  if (!keysOn.value || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const focus = document.activeElement;
  if (focus?.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]") || savedAt.value > 0) return;
  const act = meaning(event.key, focus);
  if (!act) return;
  event.preventDefault();
  byKeys.value = true;
  if (!event.repeat || ARROWS[event.key]) act();
}

const onPointer = (): void => {
  byKeys.value = false;
};

/** Listen to keys until the returned function is called. */
export function listen(): () => void {
  addEventListener("keydown", onKey);
  addEventListener("pointerdown", onPointer, true);
  return () => {
    removeEventListener("keydown", onKey);
    removeEventListener("pointerdown", onPointer, true);
    close();
  };
}
