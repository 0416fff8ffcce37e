/** Who is ordering, as this phone remembers it. */
import { signal } from "@preact/signals";
import { load, save } from "../lib/store";

export interface Me {
  name: string;
  phone: string;
  address: string;
}

export const me = signal<Me>({ name: "", phone: "", address: "", ...load<Partial<Me>>("orderbell.me", {}) });

export function setMe(next: Me): void {
  me.value = next;
  save("orderbell.me", next);
}
