/** Which codes are to be called: those that have just become ready. */
import type { Board } from "../lib/wire";

/** A code that became ready shortly before the board was opened is called too: its guest may be on the way. */
const JUST_NOW_MS = 10_000;

/** Return the numbers that are ready now and were not in `before`. An order that was taken back and is ready again is called again. */
export function fresh(before: Board | null, now: Board): string[] {
  if (before === null) {
    return now.ready.filter(({ since }) => Date.parse(now.at) - Date.parse(since) < JUST_NOW_MS).map(({ number }) => number);
  }
  const were = new Set(before.ready.map(({ number, since }) => `${number} ${since}`));
  return now.ready.filter(({ number, since }) => !were.has(`${number} ${since}`)).map(({ number }) => number);
}
