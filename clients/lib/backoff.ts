/** How long to wait before the next try: full jitter, so that a thousand pages do not come back in one instant. */

export const SHORTEST_MS = 300;
export const SPREAD_MS = 3_000;
export const LONGEST_MS = 15_000;

/**
 * Wait before the next try of something that has failed for `awayMs`: anything between 0.3 s and 3 s, after 12 s away up
 * to a quarter of that time, 15 s at most. So the first tries of many pages are spread as wide as the later ones (a server
 * that was started again looks like a short cut in one page's line), and no page adds more than a quarter to an outage.
 * `leastMs` moves the whole span: who was asked for room must not come back in one instant either.
 */
export function backoff(awayMs: number, random: () => number = Math.random, leastMs = SHORTEST_MS): number {
  const ceiling = Math.min(LONGEST_MS, Math.max(SPREAD_MS, awayMs / 4));
  return leastMs + random() * (ceiling - SHORTEST_MS);
}

/** Wait where only this page has noticed anything: a short one, as nobody else comes at the same moment. */
export const soon = (random: () => number = Math.random): number => SHORTEST_MS * (1 + random());
