/** What this screen asks for. Each command goes out with the same id until a result comes: the server acts once. */
import { signal } from "@preact/signals";
import type { ClientFrame, CommandBody } from "../lib/frames";
import { randomId } from "../lib/store";
import type { Command } from "../lib/wire";
import { savedAt, tap } from "./state";

export interface Fault {
  code: string;
  detail: string;
}

interface Waiting {
  frame: Command;
  /** When it last went out, in local ms; 0: not yet. */
  sentAt: number;
}

const outbox = new Map<string, Waiting>();
/** Say something now; false where there is no line. */
export let say: (frame: ClientFrame) => boolean = () => false;

/** Orders (or items, or "shop") that wait for a result: what was asked. */
export const pending = signal<ReadonlyMap<string, string>>(new Map());
/** The last refusal by order, item or "shop". */
export const faults = signal<ReadonlyMap<string, Fault>>(new Map());
/** Items that were taken off for today on this screen: the menu only says that they are off. */
export const outToday = signal<ReadonlySet<string>>(new Set());

const FAULTS_KEPT = 50;

const subject = (command: Command): string => command.order ?? command.item ?? "shop";

const RESEND_MS = 5_000;
/** More than the gateway takes at once (64 frames that wait) would cost the line, again with each new one. */
const ON_THE_WAY = 16;

/** Send by this from now on; it returns false while there is no line. */
export function sendBy(how: typeof say): void {
  say = how;
}

/** Ask for a change. Without a line it is kept, and goes out when there is one. */
export function command(body: CommandBody): void {
  if (savedAt.value > 0) return; // what was kept over a reload is only to be read
  const frame: Command = { type: "command", id: randomId(), ...body };
  if (body.order) tap(body.order);
  if (body.item) {
    const today = new Set(outToday.value);
    today[body.available === "today" ? "add" : "delete"](body.item);
    outToday.value = today;
  }
  outbox.set(frame.id, { frame, sentAt: 0 });
  setFault(subject(frame), null);
  showPending();
  sendWaiting();
}

/** Send again all that has no result: on a new line nothing is on its way any more. */
export function sendAll(): void {
  for (const waiting of outbox.values()) waiting.sentAt = 0;
  sendWaiting();
}

/** Of each order the oldest that waits: its next step goes out when this one has its result, else they might overtake each other. */
function firsts(): Waiting[] {
  const seen = new Set<string>();
  return [...outbox.values()].filter(({ frame }) => {
    if (!frame.order) return true;
    return !seen.has(frame.order) && seen.add(frame.order);
  });
}

/** Send, in the order of the taps, what did not go out in the last five seconds; a few at a time, the rest with each result. */
export function sendWaiting(): void {
  const all = firsts();
  const due = all.filter(({ sentAt }) => Date.now() - sentAt >= RESEND_MS);
  const room = ON_THE_WAY - (all.length - due.length);
  for (const waiting of due.slice(0, Math.max(0, room))) {
    if (!say(waiting.frame)) return;
    waiting.sentAt = Date.now();
  }
}

/** Note the result of a command: null, or why not. */
export function settle(id: string, fault: Fault | null): void {
  const frame = outbox.get(id)?.frame;
  if (!frame) return;
  outbox.delete(id);
  setFault(subject(frame), fault);
  showPending();
  sendWaiting();
}

/** Forget what has no result: another shop's orders are no business of the next. */
export function forgetWaiting(): void {
  outbox.clear();
  faults.value = new Map();
  showPending();
}

function showPending(): void {
  pending.value = new Map([...outbox.values()].map(({ frame }) => [subject(frame), frame.name]));
}

function setFault(about: string, fault: Fault | null): void {
  const next = new Map(faults.value);
  if (fault) next.set(about, fault);
  else if (!next.delete(about)) return;
  for (const oldest of [...next.keys()].slice(0, Math.max(0, next.size - FAULTS_KEPT))) next.delete(oldest);
  faults.value = next;
}
