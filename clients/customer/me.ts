/** Who is ordering, as this phone remembers it. */
import { signal } from "@preact/signals";
import { load, save } from "../lib/store";
import { keys } from "./kept";

export interface Me {
  name: string;
  phone: string;
  address: string;
}

const ME = "orderbell.me";
const NOBODY: Me = { name: "", phone: "", address: "" };

export const me = signal<Me>({ ...NOBODY, ...load<Partial<Me>>(ME, {}) });

export function setMe(next: Me): void {
  me.value = next;
  save(ME, next);
}

/** Forget who orders, and what was begun to be written to shops. */
export function forgetMe(): void {
  me.value = NOBODY;
  for (const key of [ME, ...keys(DRAFT)]) save(key, null);
}

/** What stands in a shop's form, by shop (form.ts). */
export const DRAFT = "orderbell.draft.";
