/**
 * Where tickets stand: nothing moves while a hand may be reaching for it.
 *
 * A ticket that leaves keeps its place free as a hole, one that comes goes to the end. Only when nobody has touched the
 * screen for a while are the holes closed and the order made right again.
 */

export interface Slot {
  id: string;
  /** Nothing stands here any more. */
  hole: boolean;
}

/** Return where these ids stand now, given where they stood; the same array when nothing has changed. */
export function place(slots: readonly Slot[], ids: readonly string[]): readonly Slot[] {
  const here = new Set(ids);
  let changed = false;
  const next = slots.map((slot) => {
    const hole = !here.has(slot.id);
    if (hole === slot.hole) return slot;
    changed = true;
    return { id: slot.id, hole };
  });
  const had = new Set(slots.map(({ id }) => id));
  for (const id of ids) {
    if (had.has(id)) continue;
    changed = true;
    next.push({ id, hole: false });
  }
  // With nothing left there is nothing to move: the next one comes first again.
  if (changed && ids.length === 0) return [];
  return changed ? next : slots;
}

/** Say whether a quiet moment would move anything. */
export const untidy = (slots: readonly Slot[], ids: readonly string[]): boolean =>
  slots.length !== ids.length || slots.some((slot, index) => slot.hole || slot.id !== ids[index]);

export const tidy = (ids: readonly string[]): readonly Slot[] => ids.map((id) => ({ id, hole: false }));

/** More new orders than this are a rush. */
const RUSH = 6;

/**
 * How many of a board's columns the new orders take. What cooks keeps at least one, so that an accepted order has a place;
 * what is left over goes where the tickets are. In a rush the odd column is for the new ones: who is cooked for can wait a
 * moment, who has no answer goes away.
 */
export function newColumns(columns: number, fresh: number, cooking: number): number {
  if (columns < 2) return 1;
  const forCooking = Math.max(1, Math.min(cooking, fresh > RUSH ? Math.floor(columns / 2) : Math.ceil(columns / 2)));
  return Math.max(1, Math.min(fresh, columns - forCooking));
}
