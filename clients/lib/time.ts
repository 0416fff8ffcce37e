/** Time as the server tells it, shown in the shop's zone. A tablet with a wrong clock must not show negative minutes. */
import { signal } from "@preact/signals";

let offset = 0;
let exact = false;

/** Learn the server's clock from a time it has just sent (RFC 3339). */
export function learnServerTime(at: string): void {
  const server = Date.parse(at);
  if (Number.isNaN(server)) return;
  offset = server - Date.now();
  exact = true;
}

const ROUGH_MS = 1_500;
const SET_ANEW_MS = 10_000;

/** Learn it from an answer's Date header, which is cut to the second: only where what we have is worse, or cannot be right. */
export function learnServerDate(date: string | null): void {
  const server = Date.parse(date ?? "") + 500;
  if (Math.abs(server - serverNow()) > (exact ? SET_ANEW_MS : ROUGH_MS)) offset = server - Date.now();
}

/** The server's time now, in ms. */
export const serverNow = (): number => Date.now() + offset;

/** Changes every second; read it to be drawn again. */
export const tick = signal(0);

/** Start the seconds. A hidden page's come late: who looks at it again must not see an old one. */
export function startTicking(): void {
  const second = () => {
    tick.value++;
  };
  setInterval(second, 1000);
  document.addEventListener("visibilitychange", second);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Return the clock time of a moment in a shop's zone, as 14:05. */
export function clock(at: string | number, timezone: string, lang: string): string {
  const key = `${timezone} ${lang}`;
  let format = clocks.get(key);
  if (!format) {
    const how: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    try {
      format = new Intl.DateTimeFormat(lang, { ...how, timeZone: timezone });
    } catch {
      format = new Intl.DateTimeFormat(lang, how); // a zone this browser does not know: its own is better than none
    }
    clocks.set(key, format);
  }
  return format.format(typeof at === "number" ? at : Date.parse(at));
}

/** Return a span as m:ss, never below 0:00; from an hour on as h:mm:ss. */
export function elapsed(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const m = Math.floor(s / 60);
  return m < 60 ? `${m}:${two(s % 60)}` : `${Math.floor(m / 60)}:${two(m % 60)}:${two(s % 60)}`;
}

export type Age = "fresh" | "amber" | "red";

/** Age of a ticket: amber from 5 minutes, red from 10 (product.md 5). */
export const ageOf = (ms: number): Age => (ms >= 600_000 ? "red" : ms >= 300_000 ? "amber" : "fresh");

/** How near a deadline is, `left` ms ahead: amber from two minutes, red from one. */
export const levelOf = (left: number): Age => (left <= 60_000 ? "red" : left <= 120_000 ? "amber" : "fresh");
