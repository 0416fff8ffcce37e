/** How long to wait before the next try: full jitter, so that a thousand pages do not come back in one instant. */

export const SHORTEST_MS = 300;
export const LONGEST_MS = 15_000;

/** Wait before try number `tries` (0, 1, 2...): anything between 0.3 s and a ceiling that doubles up to 15 s. */
export function backoff(tries: number, random: () => number = Math.random, least = SHORTEST_MS): number {
  const ceiling = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(tries + 1, 16));
  return Math.max(least, SHORTEST_MS + random() * Math.max(0, ceiling - SHORTEST_MS));
}
