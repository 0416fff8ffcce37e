/** What a kitchen's screen knows and does: the log, the line to the server, the commands on their way. */
import { effect, signal } from "@preact/signals";
import * as api from "../lib/api";
import type { CommandBody, ServerFrame } from "../lib/frames";
import { lang } from "../lib/i18n";
import { type Applied, apply, dismiss, emptyLog, endedAt, type Log, RECALL_MS, withShop } from "../lib/log";
import { afterPaint } from "../lib/paint";
import { Link, type LinkState, socketUrl } from "../lib/socket";
import { load, randomId, save } from "../lib/store";
import { serverNow } from "../lib/time";
import type { Command, Events, Order, Snapshot } from "../lib/wire";
import { awake } from "./awake";
import { ring, ringLost } from "./ring";
import { audible } from "./sound";

// --- who this screen is ---------------------------------------------------------------------------------------------------

export interface Device {
  token: string;
  shop: string;
}

export const device = signal<Device | null>(load<Device | null>("orderbell.device", null));
/** Set when the server has sent this screen away: the close code. */
export const sentAway = signal(0);

export function setDevice(next: Device | null): void {
  device.value = next;
  save("orderbell.device", next);
  save("orderbell.done", null);
  log.value = emptyLog;
}

// --- what it knows --------------------------------------------------------------------------------------------------------

const recent = () => load<Order[]>("orderbell.done", []).filter((order) => serverNow() - endedAt(order) < RECALL_MS);

export const log = signal<Log>({ ...emptyLog, done: recent() });
export const line = signal<LinkState>("waiting");
export const polling = signal(false);
/** When the server was last heard, in local ms; 0 before the first time. */
export const heard = signal(0);
/** When the service began, in local ms. */
export const startedAt = signal(0);
/** How long the server has been silent, in ms. */
export const silence = (): number => (startedAt.value === 0 ? 0 : Math.max(0, Date.now() - (heard.value || startedAt.value)));
/** The shop's last seq, as the server's last pong told it. */
export const stored = signal(0);
/** Orders somebody has tapped: they ring no more. */
export const tapped = signal<ReadonlySet<string>>(new Set());
/** The order that has just come, for those who listen instead of look. */
export const announced = signal("");

export const AMBER_S = 10;
export const RED_S = 20;

export const tap = (id: string): void => {
  if (!tapped.value.has(id)) tapped.value = new Set(tapped.value).add(id);
};

export const takeAway = (id: string): void => {
  log.value = dismiss(log.value, id);
};

// --- the line to the server -----------------------------------------------------------------------------------------------

let link: Link | null = null;
let started = false;
let poll: ReturnType<typeof setInterval> | undefined;

const POLL_MS = 5_000;

/** Start the service: connect and stay connected. */
export function startService(): void {
  startedAt.value = Date.now();
  link = new Link({
    url: socketUrl(),
    hello: () => {
      const { epoch, seq } = log.value;
      const resume = epoch === null ? {} : { epoch, seq };
      return { type: "hello", role: "kitchen", token: device.value?.token ?? "", lang: lang.value, ...resume };
    },
    onFrame: receive,
    onState: (state, code) => {
      line.value = state;
      if (state !== "stopped") return;
      if (code === 4401 || code === 4409) {
        sentAway.value = code;
        clearInterval(poll);
        setDevice(null);
        heard.value = 0;
        startedAt.value = 0;
      }
    },
    onLife: () => {
      heard.value = Date.now();
    },
    ping: () => ({
      type: "ping",
      seq: log.value.seq,
      ready: { visible: document.visibilityState === "visible", audible: audible(), awake: awake.value },
    }),
    pingEveryMs: 5_000,
    deadAfterMs: 5_000,
  });
  link.start();
  clearInterval(poll);
  poll = setInterval(fallBack, POLL_MS);
  if (started) return;
  started = true;
  setInterval(ringLost, 1000);
  setInterval(resendOld, 1000);
  let first = true;
  effect(() => {
    void lang.value; // the names on the menu come in the language of the hello
    if (!first) link?.restart();
    first = false;
  });
}

/** Ask for a sign of life at once. */
export const check = (): void => link?.check();

function receive(frame: ServerFrame): void {
  switch (frame.type) {
    case "welcome":
      polling.value = false;
      stored.value = Math.max(frame.seq, log.value.seq);
      if (frame.shop) log.value = withShop(log.value, frame.shop);
      for (const command of outbox.values()) link?.send(command);
      break;
    case "snapshot":
    case "events":
      take(frame);
      break;
    case "pong":
      gapByPong(frame.seq);
      break;
    case "result":
      settle(frame.id, frame.ok ? null : (frame.error ?? { code: "unknown", detail: "" }));
      break;
    case "error":
      if (frame.id) settle(frame.id, frame);
      break;
  }
}

function take(frame: Snapshot | Events): void {
  const { log: next, effects }: Applied = apply(log.value, frame);
  const changed = next.done !== log.value.done;
  log.value = next;
  if (changed) save("orderbell.done", next.done);
  for (const what of effects) {
    if (what.do === "resume") resume(what.seq);
    else if (what.do === "ack") ackAfterPaint();
    else if (what.do === "ring") {
      if (what.tone === "new") announced.value = what.order.number;
      ring(what.tone, what.order);
    } else {
      log.value = { ...log.value, epoch: null, seq: 0 };
      link?.restart();
    }
  }
}

let resumedAt = 0;

/** At most one a second: the answer is on its way. */
function resume(seq: number): void {
  if (Date.now() - resumedAt < 1000) return;
  resumedAt = Date.now();
  link?.send({ type: "resume", seq });
}

let behindSince = -1;

/** The server has more than this screen, and nothing has come since the last pong: ask for it. */
function gapByPong(seq: number): void {
  stored.value = seq;
  if (seq <= log.value.seq) behindSince = -1;
  else if (behindSince === log.value.seq) resume(log.value.seq);
  else behindSince = log.value.seq;
}

// --- ack: only what is painted is on the screen ---------------------------------------------------------------------------

const ACK_MS = 200;
let ackTimer: ReturnType<typeof setTimeout> | undefined;
let ackedAt = 0;

function ackAfterPaint(): void {
  if (ackTimer !== undefined) return;
  ackTimer = setTimeout(
    () =>
      afterPaint(() => {
        ackTimer = undefined;
        ackedAt = Date.now();
        link?.send({ type: "ack", seq: log.value.seq });
      }),
    Math.max(0, ackedAt + ACK_MS - Date.now()),
  );
}

// --- where WebSockets are blocked -----------------------------------------------------------------------------------------

async function fallBack(): Promise<void> {
  const { token, shop } = device.value ?? {};
  if (!token || line.value === "online" || line.value === "stopped") {
    polling.value = false;
    return;
  }
  try {
    const frame = await api.getStream(log.value.epoch, log.value.seq, token);
    if (line.value === ("online" as LinkState)) return;
    heard.value = Date.now();
    polling.value = true;
    if ("orders" in frame) take({ ...frame, type: "snapshot" });
    else {
      take({ ...frame, type: "events" });
      stored.value = log.value.seq;
    }
    if (!log.value.shop && shop) log.value = withShop(log.value, (await api.getShop(shop, lang.value)).shop);
  } catch {
    polling.value = false;
  }
}

// --- commands -------------------------------------------------------------------------------------------------------------

export interface Fault {
  code: string;
  detail: string;
}

const outbox = new Map<string, Command>();
const sentAtOf = new Map<string, number>();

/** Orders (or items, or "shop") that wait for a result: what was asked. */
export const pending = signal<ReadonlyMap<string, string>>(new Map());
/** The last refusal by order, item or "shop". */
export const faults = signal<ReadonlyMap<string, Fault>>(new Map());

const subject = (command: Command): string => command.order ?? command.item ?? "shop";

/** Items that were taken off for today on this screen: the menu only says that they are off. */
export const outToday = signal<ReadonlySet<string>>(new Set());

/** Ask for a change. The same id goes out again until a result comes: the server acts once. */
export function command(body: CommandBody): void {
  const frame: Command = { type: "command", id: randomId(), ...body };
  if (body.order) tap(body.order);
  if (body.item) {
    const today = new Set(outToday.value);
    today[body.available === "today" ? "add" : "delete"](body.item);
    outToday.value = today;
  }
  outbox.set(frame.id, frame);
  sentAtOf.set(frame.id, Date.now());
  setFault(subject(frame), null);
  showPending();
  link?.send(frame);
}

const RESEND_MS = 5_000;

function resendOld(): void {
  for (const [id, frame] of outbox) {
    if (Date.now() - (sentAtOf.get(id) ?? 0) < RESEND_MS) continue;
    sentAtOf.set(id, Date.now());
    link?.send(frame);
  }
}

function settle(id: string, fault: Fault | null): void {
  const frame = outbox.get(id);
  if (!frame) return;
  outbox.delete(id);
  sentAtOf.delete(id);
  setFault(subject(frame), fault);
  showPending();
}

function showPending(): void {
  pending.value = new Map([...outbox.values()].map((frame) => [subject(frame), frame.name]));
}

function setFault(about: string, fault: Fault | null): void {
  const next = new Map(faults.value);
  if (fault) next.set(about, fault);
  else next.delete(about);
  faults.value = next;
}
