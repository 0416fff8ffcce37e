/** The screen itself: dark or light, full or not, and never burnt in. */
import { signal } from "@preact/signals";
import { load, save } from "../lib/store";

export type Theme = "dark" | "light";

const KEY = "orderbell.board.theme";

const told = new URLSearchParams(location.search).get("theme"); // a TV has nobody to tap a button
export const theme = signal<Theme>((told ?? load<string>(KEY, "dark")) === "light" ? "light" : "dark");

export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  save(KEY, theme.value);
}

export const full = signal(document.fullscreenElement !== null);
document.addEventListener("fullscreenchange", () => {
  full.value = document.fullscreenElement !== null;
});
export const canBeFull = (): boolean => document.fullscreenEnabled === true;

export async function toggleFull(): Promise<void> {
  try {
    await (full.value ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  } catch {
    // Refused: the board works in a window too.
  }
}

/** Where the picture stands, in px: it wanders, so that no still letter burns into the panel. */
export const shift = signal<readonly [number, number]>([0, 0]);
const PLACES = [[0, 0], [4, 2], [2, 4], [-2, 4], [-4, 2], [-4, -2], [-2, -4], [2, -4], [4, -2]] as const;
const SHIFT_MS = 180_000;

export function burnInSafe(): void {
  let at = 0;
  setInterval(() => {
    at = (at + 1) % PLACES.length;
    shift.value = PLACES[at] ?? [0, 0];
  }, SHIFT_MS);
}

/** Somebody is at the screen: show what can be tapped, for a while. */
export const attended = signal(true);
const HIDE_MS = 6_000;
let hide: ReturnType<typeof setTimeout> | undefined;

function wake(): void {
  attended.value = true;
  clearTimeout(hide);
  hide = setTimeout(() => {
    attended.value = false;
  }, HIDE_MS);
}

for (const sign of ["pointermove", "pointerdown", "keydown"]) addEventListener(sign, wake, { passive: true });
wake();
