/** The line to the server: the socket, and asking by HTTP where the socket does not come through. */
import { effect } from "@preact/signals";
import * as api from "../lib/api";
import { withTimes } from "../lib/delivery";
import { isOpen, type ServerFrame } from "../lib/frames";
import { lang } from "../lib/i18n";
import { type Applied, apply, startOver, withShop } from "../lib/log";
import { afterPaint, painted } from "../lib/paint";
import { Poller } from "../lib/poll";
import { Link, type LinkState, socketUrl } from "../lib/socket";
import { serverNow } from "../lib/time";
import type { Events, Snapshot } from "../lib/wire";
import { awake } from "../lib/awake";
import { forgetWaiting, sendAll, sendBy, sendWaiting, settle } from "./commands";
import { ring, ringAgain, ringLost } from "./ring";
import { audible } from "./sound";
import { announced, behind, device, dropped, heard, line, log, polling, refused, renew, sentAway, setLog, startedAt, stored, times } from "./state";

let link: Link | null = null;
let started = false;
/** What the hello asked for has come: until then a slow line may be busy with a large snapshot. */
let caughtUp = false;
/** What was dropped before this line's hello: each line tells its own, so that the server can add them up. */
let droppedBefore = 0;
/** The token the server was told last: a refusal is of this one, whichever is here by then. */
let told = "";

const SNAPSHOT_MS = 30_000;

/** Start the service: connect and stay connected. */
export function startService(): void {
  startedAt.value = Date.now();
  link = new Link({
    url: socketUrl(),
    hello: () => {
      droppedBefore = dropped.value;
      const { epoch, seq } = log.value;
      told = device.value?.token ?? "";
      return { type: "hello", role: "kitchen", token: told, lang: lang.value, epoch, seq };
    },
    onFrame: receive,
    onState: follow,
    onLife: () => {
      heard.value = Date.now();
    },
    ping: () => ({
      type: "ping",
      seq: shownSeq(),
      ready: { visible: document.visibilityState === "visible", audible: audible(), awake: awake.value },
      dropped: dropped.value - droppedBefore,
    }),
    pingEveryMs: 5_000,
    deadAfterMs: 5_000,
    patienceMs: () => (caughtUp ? 0 : SNAPSHOT_MS),
  });
  sendBy((frame) => link?.send(frame) ?? false);
  link.start();
  if (started) return;
  started = true;
  setInterval(() => {
    ringAgain();
    ringLost();
    sendWaiting();
    lookBehind();
  }, 1000);
  for (const back of ["visibilitychange", "pageshow", "online"]) addEventListener(back, () => poller.now(), true);
  let first = true;
  effect(() => {
    void audible(); // the server hears of a change at once, not with the next ping
    link?.check();
  });
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
  const ended = state === "stopped" && code > 4400;
  if (ended && refused(told)) return link?.start();
  line.value = state;
  if (state === "online" || state === "stopped") {
    poller.stop();
    polling.value = false;
  } else {
    poller.start();
  }
  if (ended) {
    sentAway.value = code;
    shown = null;
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
      caughtUp = frame.epoch === log.value.epoch && frame.seq === log.value.seq;
      stored.value = frame.epoch === log.value.epoch ? Math.max(frame.seq, log.value.seq) : frame.seq;
      if (frame.shop) setLog(withShop(log.value, frame.shop));
      if (frame.token) renew(frame.token);
      sendAll();
      break;
    case "snapshot":
    case "events":
      caughtUp = true;
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
  if (frame.type === "snapshot") againMs = AGAIN_MS;
  const before = log.value.orders;
  const { log: next, effects, dropped: repeats }: Applied = apply(log.value, frame);
  setLog(next);
  dropped.value += repeats;
  const since = serverNow() - (Date.now() - startedAt.value);
  times.value = withTimes(times.value, [...next.orders.values()].filter((order) => before.get(order.id) !== order), since);
  for (const what of effects) {
    if (what.do === "resume") resume(what.seq);
    else if (what.do === "ack") ackAfterPaint();
    else if (what.do === "restart") beginAgain();
    else {
      if (what.tone === "new") announced.value = what.orders.at(-1)?.number ?? "";
      // A guest who asks to cancel has not cancelled: the order cooks on until somebody answers.
      ring(what.tone === "cancelled" && what.orders.every(isOpen) ? "message" : what.tone, what.orders);
    }
  }
}

const AGAIN_MS = 2_000;
const AGAIN_MOST_MS = 60_000;
let beganAt = Number.NEGATIVE_INFINITY;
let againMs = AGAIN_MS;

/** Ask for a snapshot on a new line; later each time that none comes, so that one on its way is not cut off for ever. */
function beginAgain(): void {
  setLog(startOver(log.value));
  if (Math.abs(Date.now() - beganAt) < againMs) return; // the clock may be set back
  beganAt = Date.now();
  againMs = Math.min(againMs * 2, AGAIN_MOST_MS);
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
  const same = told === here && log.value.epoch !== null;
  if (same) caughtUp = true;
  const again = apartAt === here;
  apartAt = same ? -1 : here;
  if (!again || same) return;
  if (told > here && log.value.epoch !== null) resume(here);
  else beginAgain(); // a log does not become shorter: this is another one, of a database that was restored; or no snapshot came
}

// --- ack: only what is painted is on the screen ---------------------------------------------------------------------------

const ACK_MS = 200;
let ackTimer: ReturnType<typeof setTimeout> | undefined;
let ackedAt = 0;

/** A place in one history of one shop, whatever this screen's token is by now. */
interface Place {
  shop: string | undefined;
  epoch: string | null;
  seq: number;
}

const here = (): Place => ({ shop: device.value?.shop, epoch: log.value.epoch, seq: log.value.seq });
const isHere = ({ shop, epoch }: Place): boolean => shop === device.value?.shop && epoch === log.value.epoch;

/** What was painted last: a ping says it too, as an ack may be lost. */
let shown: Place | null = null;
const shownSeq = (): number => (shown !== null && isHere(shown) ? Math.min(shown.seq, log.value.seq) : 0);

let wasBehind = false;

/** What has just come is being painted: only what is still missing a second later is missing. */
function lookBehind(): void {
  const missing = log.value.epoch === null ? 0 : Math.max(0, stored.value - shownSeq());
  behind.value = wasBehind ? missing : 0;
  wasBehind = missing > 0;
}

function ackAfterPaint(): void {
  if (ackTimer !== undefined) return;
  ackTimer = setTimeout(
    () => {
      ackTimer = undefined;
      ackedAt = Date.now();
      const place = here(); // what comes before the paint is over may miss it: that is for the next ack
      afterPaint(() => {
        if (!isHere(place)) return;
        shown = place;
        link?.send({ type: "ack", seq: place.seq });
      });
    },
    Math.max(0, ackedAt + ACK_MS - Date.now()),
  );
}

// --- where WebSockets are blocked -----------------------------------------------------------------------------------------

const poller = new Poller({ everyMs: 5_000, ask });

/** Ask for what is missing. Asking acknowledges what is here, so whatever was new is followed by another question. */
async function ask(): Promise<boolean> {
  const token = device.value?.token;
  const { epoch, seq } = log.value;
  if (!token) return false;
  await painted();
  const otherDevice = () => device.value?.token !== token;
  if (otherDevice()) return false;
  let answer: Snapshot | Events;
  try {
    answer = await api.getStream(epoch, seq, token, audible() && document.visibilityState === "visible");
  } catch (error) {
    if (otherDevice()) return false;
    polling.value = false;
    // Only the server itself can say so: a proxy that wants a password of its own is no reason to forget the device.
    if (error instanceof api.Refusal && error.problem.status === 401 && error.problem.code === "unauthorized") {
      told = token;
      link?.stop(4401);
    }
    throw error;
  }
  if (otherDevice()) return false; // what has come is another shop's
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
  const slug = device.value?.shop ?? "";
  try {
    const { shop } = await api.getShop(slug, lang.value);
    if (slug === device.value?.shop) setLog(withShop(log.value, shop));
  } catch {
    // The next question asks again where there is no shop at all; else the names stay as they are.
  }
}
