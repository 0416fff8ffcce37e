/** The line to the server: the socket, and asking by HTTP where the socket does not come through. */
import { effect } from "@preact/signals";
import * as api from "../lib/api";
import { withTimes } from "../lib/delivery";
import type { ServerFrame } from "../lib/frames";
import { lang } from "../lib/i18n";
import { type Applied, apply, startOver, withShop } from "../lib/log";
import { afterPaint, painted } from "../lib/paint";
import { Poller } from "../lib/poll";
import { Link, type LinkState, socketUrl } from "../lib/socket";
import type { Events, Snapshot } from "../lib/wire";
import { awake } from "./awake";
import { forgetWaiting, sendAll, sendBy, sendWaiting, settle } from "./commands";
import { ring, ringAgain, ringLost } from "./ring";
import { audible } from "./sound";
import { announced, device, dropped, heard, line, log, polling, sentAway, setDevice, setLog, startedAt, stored, times } from "./state";

let link: Link | null = null;
let started = false;
/** What was dropped before this line's hello: each line tells its own, so that the server can add them up. */
let droppedBefore = 0;

/** Start the service: connect and stay connected. */
export function startService(): void {
  startedAt.value = Date.now();
  link = new Link({
    url: socketUrl(),
    hello: () => {
      droppedBefore = dropped.value;
      const { epoch, seq } = log.value;
      const resume = epoch === null ? {} : { epoch, seq };
      return { type: "hello", role: "kitchen", token: device.value?.token ?? "", lang: lang.value, ...resume };
    },
    onFrame: receive,
    onState: follow,
    onLife: () => {
      heard.value = Date.now();
    },
    ping: () => ({
      type: "ping",
      seq: Math.min(shown, log.value.seq),
      ready: { visible: document.visibilityState === "visible", audible: audible(), awake: awake.value },
      dropped: dropped.value - droppedBefore,
    }),
    pingEveryMs: 5_000,
    deadAfterMs: 5_000,
  });
  sendBy((frame) => link?.send(frame) ?? false);
  link.start();
  if (started) return;
  started = true;
  setInterval(() => {
    ringAgain();
    ringLost();
    sendWaiting();
  }, 1000);
  for (const back of ["visibilitychange", "pageshow", "online"]) addEventListener(back, () => poller.now(), true);
  let first = true;
  effect(() => {
    void lang.value; // the names on the menu come in the language of the hello
    if (!first) {
      link?.restart();
      if (polling.peek()) void showShop();
    }
    first = false;
  });
}

/** Ask for a sign of life at once. */
export function check(): void {
  link?.check();
  poller.now();
}

function follow(state: LinkState, code: number): void {
  line.value = state;
  if (state === "online" || state === "stopped") {
    poller.stop();
    polling.value = false;
  } else {
    poller.start();
  }
  if (state === "stopped" && (code === 4401 || code === 4409)) {
    sentAway.value = code;
    setDevice(null);
    forgetWaiting();
    heard.value = 0;
    startedAt.value = 0;
  }
}

function receive(frame: ServerFrame): void {
  switch (frame.type) {
    case "welcome":
      // Another history: an ack of the old one that still waits must not count for this one.
      if (log.value.epoch !== null && frame.epoch !== log.value.epoch) setLog(startOver(log.value));
      stored.value = frame.epoch === log.value.epoch ? Math.max(frame.seq, log.value.seq) : frame.seq;
      if (frame.shop) setLog(withShop(log.value, frame.shop));
      sendAll();
      break;
    case "snapshot":
    case "events":
      take(frame);
      break;
    case "pong":
      compare(frame.seq);
      break;
    case "result":
      settle(frame.id, frame.ok ? null : (frame.error ?? { code: "unknown", detail: "" }));
      break;
    case "error":
      // "unavailable" is no answer: the same command goes out again in a while.
      if (frame.id && frame.code !== "unavailable") settle(frame.id, frame);
      break;
  }
}

function take(frame: Snapshot | Events): void {
  const last = frame.type === "snapshot" ? frame.seq : (frame.events.at(-1)?.seq ?? frame.prev);
  stored.value = frame.epoch === log.value.epoch ? Math.max(stored.value, last) : last;
  const { log: next, effects, dropped: repeats }: Applied = apply(log.value, frame);
  setLog(next);
  dropped.value += repeats;
  times.value = withTimes(times.value, next.orders.values());
  for (const what of effects) {
    if (what.do === "resume") resume(what.seq);
    else if (what.do === "ack") ackAfterPaint();
    else if (what.do === "restart") beginAgain();
    else {
      if (what.tone === "new") announced.value = what.order.number;
      ring(what.tone);
    }
  }
}

function beginAgain(): void {
  setLog(startOver(log.value));
  link?.restart();
}

let resumedAt = 0;

/** At most one a second: the answer is on its way. */
function resume(seq: number): void {
  if (Date.now() - resumedAt < 1000) return;
  resumedAt = Date.now();
  link?.send({ type: "resume", seq });
}

let apartAt = -1;

/** Compare with what the server has. Once they may differ, as frames are on their way; twice without news something is wrong. */
function compare(told: number): void {
  stored.value = told;
  const here = log.value.seq;
  const again = apartAt === here;
  apartAt = told === here ? -1 : here;
  if (!again || told === here) return;
  if (told > here) resume(here);
  else beginAgain(); // a log does not become shorter: this is another one, of a database that was restored
}

// --- ack: only what is painted is on the screen ---------------------------------------------------------------------------

const ACK_MS = 200;
let ackTimer: ReturnType<typeof setTimeout> | undefined;
let ackedAt = 0;
/** The last seq that was painted: a ping says it too, as an ack may be lost. */
let shown = 0;

function ackAfterPaint(): void {
  if (ackTimer !== undefined) return;
  ackTimer = setTimeout(
    () =>
      afterPaint(() => {
        ackTimer = undefined;
        ackedAt = Date.now();
        shown = log.value.seq;
        link?.send({ type: "ack", seq: shown });
      }),
    Math.max(0, ackedAt + ACK_MS - Date.now()),
  );
}

// --- where WebSockets are blocked -----------------------------------------------------------------------------------------

const poller = new Poller({ everyMs: 5_000, ask });

/** Ask for what is missing. Asking acknowledges what is here, so whatever was new is followed by another question. */
async function ask(): Promise<boolean> {
  const token = device.value?.token;
  if (!token) return false;
  await painted();
  let answer: Snapshot | Events;
  try {
    answer = await api.getStream(log.value.epoch, log.value.seq, token);
  } catch (error) {
    polling.value = false;
    if (error instanceof api.Refusal && error.problem.status === 401) link?.stop(4401);
    throw error;
  }
  if (line.value === "online" || line.value === "stopped") return false;
  heard.value = Date.now();
  polling.value = true;
  take(answer);
  const events = answer.type === "events" ? answer.events : null;
  if (events === null || events.some((event) => event.shop != null) || !log.value.shop) await showShop();
  return events === null || events.length > 0;
}

/** By HTTP the stream has the menu in the shop's own language only, and a snapshot has none. */
async function showShop(): Promise<void> {
  try {
    const { shop } = await api.getShop(device.value?.shop ?? "", lang.value);
    setLog(withShop(log.value, shop));
  } catch {
    // The next question asks again where there is no shop at all; else the names stay as they are.
  }
}
