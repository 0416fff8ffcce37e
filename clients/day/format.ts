/** Days, spans and shares as people read them. Pure. */
import type { DayReport, HourCount, SoldOutEntry } from "../lib/wire";

const DAY_MS = 86_400_000;

/** Return the day `by` days later, as YYYY-MM-DD. */
export const shifted = (day: string, by: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);

/** Return the day of a moment on the clocks of a time zone, as YYYY-MM-DD. */
export const dayOf = (at: string, timeZone: string): string => {
  const parts = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(Date.parse(at));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
};

/** Return a day as "Saturday, 21 November 2026" or "2026年11月21日星期六". */
export const longDay = (day: string, lang: string): string =>
  new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "full", timeZone: "UTC" }).format(Date.parse(`${day}T00:00:00Z`));

/**
 * Return within what time something took this long: 0.4 s, 45 s, 1 min 20 s or 1 h 5 min; in Chinese 0.4 秒, 45 秒, 1 分 20 秒,
 * 1 小时 5 分钟. Never less than it was, so that "within" stays true.
 */
export function duration(seconds: number, lang: string): string {
  const zh = lang !== "en";
  const tenths = Math.max(1, up(seconds * 10)) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)} ${zh ? "秒" : "s"}`;
  const whole = up(seconds);
  if (whole < 60) return `${whole} ${zh ? "秒" : "s"}`;
  if (whole < 3600) {
    const [m, s] = [Math.floor(whole / 60), whole % 60];
    if (s === 0) return zh ? `${m} 分钟` : `${m} min`;
    return zh ? `${m} 分 ${s} 秒` : `${m} min ${s} s`;
  }
  const minutes = up(whole / 60);
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (m === 0) return zh ? `${h} 小时` : `${h} h`;
  return zh ? `${h} 小时 ${m} 分钟` : `${h} h ${m} min`;
}

const up = (n: number): number => Math.ceil(n - 1e-6);

/** Return a share as 93 %, in the language's own way; never 100 % where one is missing, never 0 % where there is one. */
export function percent(part: number, all: number, lang: string): string {
  const share = all === 0 ? 0 : part / all;
  const whole = Math.round(share * 100);
  const honest = part < all && whole === 100 ? 99 : part > 0 && whole === 0 ? 1 : whole;
  return new Intl.NumberFormat(lang, { style: "percent" }).format(honest / 100);
}

export const missedOf = (report: DayReport): number => report.rejected + report.expired + report.cancelled;

/** Return the hours from the first with orders to the last, those between too; at least `least` of them, as one bar is no chart. */
export function shownHours(hours: readonly HourCount[], least = 6): HourCount[] {
  const by = new Map(hours.filter(({ orders }) => orders > 0).map((count) => [count.hour, count]));
  if (by.size === 0) return [];
  let [first, last] = [Math.min(...by.keys()), Math.max(...by.keys())];
  while (last - first + 1 < least && (first > 0 || last < 23)) {
    if (last < 23) last++;
    if (last - first + 1 < least && first > 0) first--;
  }
  return Array.from({ length: last - first + 1 }, (_, at) => by.get(first + at) ?? { hour: first + at, orders: 0, missed: 0 });
}

/** Return an hour as 13:00–14:00. */
export const hourSpan = (hour: number): string => `${two(hour)}:00–${two((hour + 1) % 24)}:00`;
const two = (n: number) => String(n).padStart(2, "0");

/** Return the marks of an axis for counts up to `most`: whole, round numbers, 0 first, the last at least `most`, at most 5 steps. */
export function marks(most: number): number[] {
  const rough = Math.max(1, most) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough);
  const steps = Math.ceil(Math.max(1, most) / step);
  return Array.from({ length: steps + 1 }, (_, at) => at * step);
}

/** A time in which an item was sold out, begun on that day or before; null: nobody knows when it began, or it is not over yet. */
export interface Out {
  item: string;
  name: string;
  from: string | null;
  to: string | null;
  /** It was marked for that day only: it ends by itself. */
  today: boolean;
  device: string;
}

/** Return when which item was sold out, from the marks of a day. A mark that repeats the one before opens no new time. */
export function outs(entries: readonly SoldOutEntry[]): Out[] {
  const open = new Map<string, Out>();
  const all: Out[] = [];
  for (const entry of [...entries].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const running = open.get(entry.item);
    const { item, name, device } = entry;
    if (entry.available !== true) {
      if (running) running.today = entry.available === "today";
      else {
        const out = { item, name, device, from: entry.at, to: null, today: entry.available === "today" };
        open.set(item, out);
        all.push(out);
      }
    } else if (running) {
      running.to = entry.at;
      open.delete(item);
    } else {
      all.push({ item, name, device, from: null, to: entry.at, today: false });
    }
  }
  return all;
}
