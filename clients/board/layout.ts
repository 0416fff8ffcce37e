/** How big the codes of one half may be, and how many pages they take. Pure: sizes in px in, sizes in px out. */

export interface Fit {
  columns: number;
  rows: number;
  /** Font size. */
  size: number;
  perPage: number;
  pages: number;
}

/** Widths in the font size, of heavy system fonts at their widest, and the room around a code. */
const DIGIT = 0.64;
const LETTER = 0.8;
const BROAD = 1.02; // M and W
const AROUND = 0.5;
export const LINE = 1.22;
const MARK = 0.62; // the sign of a dine-in order beside it
/** One code alone is not as big as the wall: the eye compares both halves. */
const MOST = 0.34;

export interface Room {
  width: number;
  height: number;
  /** Below this size nobody can read it from where guests stand: rather turn pages. */
  least: number;
}

/** Return the width of the widest code in its font size. */
export const widthOf = (codes: readonly { number: string; service: string }[]): number =>
  Math.max(0, ...codes.map(({ number, service }) => textWidth(number) + (service === "dine_in" ? MARK : 0))) + AROUND;

const textWidth = (text: string): number =>
  [...text].reduce((sum, one) => sum + (/\d/.test(one) ? DIGIT : /[MW]/.test(one) ? BROAD : LETTER), 0);

/** Return the arrangement with the biggest codes that shows `count` of them, on several pages where they would be too small. */
export function fit(count: number, wide: number, room: Room): Fit {
  const all = arrange(Math.max(1, count), wide, room);
  if (all.size >= room.least || count <= 1) return { ...all, perPage: Math.max(1, count), pages: 1 };
  const columns = Math.max(1, Math.floor(room.width / (wide * room.least)));
  const rows = Math.max(1, Math.floor(room.height / (LINE * room.least)));
  const pages = Math.ceil(count / (columns * rows));
  const perPage = Math.ceil(count / pages); // even pages: the last is no single code
  return { ...arrange(perPage, wide, room), perPage, pages };
}

function arrange(count: number, wide: number, { width, height }: Room): Pick<Fit, "columns" | "rows" | "size"> {
  const most = Math.min(width, height * 1.4) * MOST;
  let best = { columns: 1, rows: count, size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const size = Math.floor(Math.min(most, width / (columns * wide), height / (rows * LINE)));
    if (size > best.size) best = { columns, rows, size };
  }
  return best;
}
