/** The places of all tickets on the board: kept while hands are busy, made right in a quiet moment. */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { heights, look, whenQuiet } from "./settle";
import { newColumns, place, type Slot, tidy, untidy } from "./slots";

export interface Wanted {
  fresh: readonly string[];
  cooking: readonly string[];
  ready: readonly string[];
}

type Lane = keyof Wanted;
const LANES: readonly Lane[] = ["fresh", "cooking", "ready"];

export type Standing = Record<Lane, readonly Slot[]> & {
  /** How many columns the new orders take. */
  freshColumns: number;
};

/** What was at the head of each lane's window, so that closing a hole above it does not move it. */
interface Anchor {
  ticket: HTMLElement;
  scroller: Element;
  top: number;
}

function anchors(): Anchor[] {
  const found = new Map<Element, Anchor>();
  for (const ticket of document.querySelectorAll<HTMLElement>("[data-order]")) {
    const own = ticket.closest("[data-scrolls]");
    const scroller = own && own.scrollHeight > own.clientHeight ? own : document.scrollingElement;
    if (!scroller || found.has(scroller)) continue;
    const { top, bottom } = ticket.getBoundingClientRect();
    const edge = scroller === own ? own.getBoundingClientRect().top : 0;
    if (bottom > edge) found.set(scroller, { ticket, scroller, top });
  }
  return [...found.values()].filter(({ scroller }) => scroller.scrollTop > 0);
}

export function useStanding(wanted: Wanted, columns: number): Standing {
  const turn = useSignal(0);
  const shown = useRef<Standing>({ fresh: [], cooking: [], ready: [], freshColumns: 1 });
  const before = useRef({ turn: 0, columns });
  const held = useRef<Anchor[]>([]);
  const waits = useRef(false);

  const best = newColumns(columns, wanted.fresh.length, wanted.cooking.length);
  const right = before.current.turn !== turn.value;
  const wider = before.current.columns !== columns;
  before.current = { turn: turn.value, columns };
  const put = (lane: Lane) => (right ? tidy(wanted[lane]) : place(shown.current[lane], wanted[lane]));
  const standing: Standing = {
    fresh: put("fresh"),
    cooking: put("cooking"),
    ready: put("ready"),
    freshColumns: right || wider ? best : shown.current.freshColumns,
  };
  shown.current = standing;

  useLayoutEffect(() => {
    if (right) {
      for (const { ticket, scroller, top } of held.current) {
        if (ticket.isConnected) scroller.scrollTop += ticket.getBoundingClientRect().top - top;
      }
      held.current = [];
    }
    if (right || wider) look();
  });

  useEffect(() => {
    const wrong = standing.freshColumns !== best || LANES.some((lane) => untidy(standing[lane], wanted[lane]));
    if (!wrong || waits.current) return;
    waits.current = true;
    whenQuiet(() => {
      waits.current = false;
      held.current = anchors();
      const known = new Set(LANES.flatMap((lane) => wanted[lane]));
      for (const id of heights.keys()) if (!known.has(id) && !document.querySelector(`[data-order="${id}"]`)) heights.delete(id);
      turn.value++;
    });
  });
  return standing;
}
