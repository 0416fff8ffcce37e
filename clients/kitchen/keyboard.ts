/** Whether somebody works with keys, and on which ticket. What keys do: keys.ts, which comes later. */
import { computed, signal } from "@preact/signals";
import { load } from "../lib/store";

/** Keys were used last, not a finger. */
export const byKeys = signal(false);
/** The ticket that keys act on. */
export const selected = signal("");

export const KEYS_ON = "orderbell.keys";
export const keysOn = signal(load(KEYS_ON, true));

/** Tickets show their numbers. */
export const numbered = computed(() => byKeys.value && keysOn.value);
