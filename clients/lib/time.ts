/** Time as the server tells it, shown in the shop's zone. A tablet with a wrong clock must not show negative minutes. */
import { signal } from "@preact/signals";

let offset = 0;

/** Learn the server's clock from a time it has just sent (RFC 3339). */
export function learnServerTime(at: string): void {
  const server = Date.parse(at);
  if (!Number.isNaN(server)) offset = server - Date.now();
}

/** The server's time now, in ms. */
export const serverNow = (): number => Date.now() + offset;

/** Changes every second; read it to be drawn again. */
export const tick = signal(0);

/** Start the seconds. */
export function startTicking(): void {
  setInterval(() => {
    tick.value++;
  }, 1000);
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
