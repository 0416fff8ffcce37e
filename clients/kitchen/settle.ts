/**
 * A tap meant for one ticket must not hit another: what has just moved, come or changed takes no taps for a moment.
 * It is the page's layout that is watched, so whatever made a ticket move (a longer neighbour, a wider lane) counts.
 */
const GUARD_MS = 350;
const MANY = 8;

interface At {
  left: number;
  top: number;
}

const places = new Map<HTMLElement, At | null>();
/** How tall each ticket was last: its hole keeps that room. */
export const heights = new Map<string, number>();

/** Let an element take no taps for a moment; keys still reach it. */
export function settle(element: HTMLElement): void {
  const until = String(performance.now() + GUARD_MS);
  element.dataset.settling = until;
  setTimeout(() => {
    if (element.dataset.settling === until) delete element.dataset.settling;
  }, GUARD_MS);
}

const moved = (from: At | null, to: At): boolean => from === null || Math.abs(from.left - to.left) > 2 || Math.abs(from.top - to.top) > 2;

/** No hand reaches for what is out of view; it moves as somebody scrolls, when its true height is found. */
function inView(element: HTMLElement): boolean {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}

/** Find what has moved since the last look. */
export function look(): void {
  const now = [...places.keys()].map((element): [HTMLElement, At] => [element, { left: element.offsetLeft, top: element.offsetTop }]);
  const movers = now.filter(([element, at]) => moved(places.get(element) ?? null, at) && inView(element)).map(([element]) => element);
  for (const [element, at] of now) places.set(element, at);
  // Where nearly all has moved the board as a whole rests: that is one change of style instead of a hundred.
  const all = movers.length > MANY ? movers[0]?.closest("main") : null;
  for (const element of all ? [all] : movers) settle(element);
}

const observer =
  typeof ResizeObserver === "undefined"
    ? null
    : new ResizeObserver((entries) => {
        for (const { target } of entries) {
          const { offsetHeight, dataset } = target as HTMLElement;
          if (dataset.order) heights.set(dataset.order, offsetHeight);
        }
        look();
      });

/** Watch an element until the returned function is called. */
export function watch(element: HTMLElement): () => void {
  places.set(element, null);
  observer?.observe(element, { box: "border-box" });
  return () => {
    places.delete(element);
    observer?.unobserve(element);
  };
}

// --- quiet ----------------------------------------------------------------------------------------------------------------

const QUIET_MS = 1_500;
let touchedAt = 0;

for (const kind of ["pointerdown", "pointermove", "touchmove", "wheel", "keydown"]) {
  if (typeof addEventListener !== "undefined") {
    addEventListener(kind, () => { touchedAt = performance.now(); }, { capture: true, passive: true });
  }
}

/** Call once nobody has touched the screen for a while. */
export function whenQuiet(then: () => void): void {
  const begun = performance.now();
  const check = () => {
    const left = Math.max(begun, touchedAt) + QUIET_MS - performance.now();
    if (left <= 0) then();
    else setTimeout(check, left);
  };
  setTimeout(check, QUIET_MS);
}
