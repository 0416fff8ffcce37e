/** Which sheet is open. One place for all of them, so that a ticket may change its lane under an open sheet, and keys can open one. */
import { signal } from "@preact/signals";
import { load, save } from "../lib/store";
import type { Order } from "../lib/wire";

export type About = "details" | "minutes" | "reject";
export type Panel = { name: About; order: Order } | { name: "recall" | "soldout" | "stations" | "help" | "allday" };

export const panel = signal<Panel | null>(null);

export const close = (): void => {
  panel.value = null;
};

// --- the all-day panel ----------------------------------------------------------------------------------------------------

const ALL_DAY = "orderbell.allday";
/** From here on it stands beside the tickets while one works; below, a sheet. */
const ROOM = { width: 900, height: 520 };

/** The panel beside the tickets is switched on, on this screen. */
export const beside = signal(load(ALL_DAY, false));
export const roomBeside = (): boolean => innerWidth >= ROOM.width && innerHeight >= ROOM.height;

/** Show or hide the sums: beside the tickets where there is room, else over them. */
export function toggleAllDay(): void {
  if (!roomBeside()) {
    panel.value = { name: "allday" };
    return;
  }
  beside.value = !beside.value;
  save(ALL_DAY, beside.value);
}
