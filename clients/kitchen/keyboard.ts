/** Whether somebody works with keys, and on which ticket. What keys do: keys.ts, which comes later. */
import { computed, signal } from "@preact/signals";
import { load, save } from "../lib/store";

/** Keys were used last, not a finger. */
export const byKeys = signal(false);
/** The ticket that keys act on. */
export const selected = signal("");

const KEY = "orderbell.keys";
export const keysOn = signal(load(KEY, true));

export function setKeysOn(on: boolean): void {
  keysOn.value = on;
  save(KEY, on);
}

/** Tickets show their numbers. */
export const numbered = computed(() => byKeys.value && keysOn.value);
