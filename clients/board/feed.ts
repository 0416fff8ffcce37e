/** What the board knows, and who tells it: the socket, and asking by HTTP where the socket does not come through. */
import { signal } from "@preact/signals";
import * as api from "../lib/api";
import type { ServerFrame } from "../lib/frames";
import { afterPaint } from "../lib/paint";
import { Poller } from "../lib/poll";
import { Link, socketUrl } from "../lib/socket";
import { learnServerTime } from "../lib/time";
import type { Board, ShopCard } from "../lib/wire";
import { fresh } from "./calls";
import { chime } from "./chime";

const EVERY_MS = 5_000;
export const STALE_MS = 10_000;
/** Age alone sends no frame: what is too old is only missing from the next answer. */
const AGAIN_MS = 60_000;
/** From here on the codes may be wrong: a guest is better sent to the counter. */
export const BLANK_MS = 60_000;
const PULSE_MS = 10_000;

export const shop = signal<Pick<ShopCard, "name" | "timezone"> | null>(null);
export const board = signal<Board | null>(null);
export const unknown = signal(false);
/** Codes that have just become ready, and until when they stand out, in local ms. */
export const called = signal<ReadonlyMap<string, number>>(new Map());
/** The codes that came last, for those who listen instead of look. */
export const announced = signal<readonly string[]>([]);

const startedAt = Date.now();
const heard = signal(0);

/** When the server was last heard, in local ms; 0 before the first time. */
export const heardAt = (): number => heard.value;

/** How long the server has been silent, in ms. */
export const silence = (): number => Math.max(0, Date.now() - (heard.value || startedAt));

export const pulses = (number: string): boolean => (called.value.get(number) ?? 0) > Date.now();

/** Show a shop's board, and keep it right. */
export function follow(slug: string): void {
  if (!slug) {
    unknown.value = true;
    return;
  }
  const link = new Link({
    url: socketUrl(),
    hello: () => ({ type: "hello", role: "board", shop: slug }),
    onFrame: (frame: ServerFrame | Board) => {
      if (frame.type === "welcome" || frame.type === "shop") shop.value = frame.shop;
      else if (frame.type === "board") take(frame);
      else if (frame.type === "error" && !board.value) ask().catch(() => {}); // which says for certain whether there is such a shop
    },
    onState: (state) => {
      if (state === "online" || state === "stopped") poller.stop();
      else poller.start();
    },
    onLife: () => {
      heard.value = Date.now();
    },
    ping: () => ({ type: "ping" }),
    pingEveryMs: EVERY_MS,
    deadAfterMs: EVERY_MS,
  });
  const ask = async (): Promise<boolean> => {
    try {
      const answer = await api.getBoard(slug);
      heard.value = Date.now();
      shop.value = answer.shop;
      take(answer.board);
    } catch (error) {
      if (!(error instanceof api.Refusal) || error.problem.code !== "unknown_shop") throw error;
      unknown.value = true;
      link.stop();
    }
    return false;
  };
  const poller = new Poller({ everyMs: EVERY_MS, ask });
  ask().catch(() => {}); // the quickest way to a first picture; the socket brings the next
  link.start();
  setInterval(() => {
    if (!unknown.value) ask().catch(() => {});
  }, AGAIN_MS);
  for (const back of ["visibilitychange", "pageshow", "online"]) addEventListener(back, () => poller.now(), true);
}

function take(next: Board): void {
  const before = board.value;
  if (before && Date.parse(next.at) < Date.parse(before.at)) return; // an answer by HTTP may be overtaken
  learnServerTime(next.at);
  board.value = next;
  const numbers = fresh(before, next);
  if (numbers.length === 0) return;
  const until = Date.now() + PULSE_MS;
  const still = [...called.value].filter(([, end]) => end > Date.now());
  called.value = new Map([...still, ...numbers.map((number) => [number, until] as const)]);
  announced.value = numbers;
  afterPaint(chime);
}
