/** One half of the board: its codes as big as they fit, and page by page where they do not. */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { tick } from "../lib/time";
import type { BoardEntry } from "../lib/wire";
import { Both } from "./both";
import { pulses } from "./feed";
import { type Fit, fit, LINE, type Room, widthOf } from "./layout";
import { first, inLang, languages } from "./words";

const PAGE_S = 8;
/** Of the screen's shorter side; a twentieth can still be read from five metres on a 42 inch screen. */
const LEAST = 0.05;
const LEAST_PX = 24;

/** Codes begin anew each day: in the night two orders may have the same. */
const keyOf = ({ number, since }: BoardEntry): string => `${number} ${since}`;

interface HalfProps {
  kind: "preparing" | "ready";
  codes: readonly BoardEntry[];
}

export function Half({ kind, codes }: HalfProps) {
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const room = useRoom(place);
  const fitted = room && fit(codes.length, widthOf(codes), room);
  const page = usePage(codes[0] && keyOf(codes[0]), fitted?.pages ?? 1);
  return (
    <section class={`half ${kind}`} aria-labelledby={id}>
      <div class="half-head">
        <h2 id={id} class="both">
          <Both of={(words) => words[kind]} />
        </h2>
        {fitted && fitted.pages > 1 && (
          <p class="pages">
            <span class="hidden">{first().page(page + 1, fitted.pages)}</span>
            <span aria-hidden="true">
              {page + 1} / {fitted.pages}
            </span>
          </p>
        )}
      </div>
      <div class="codes-room" ref={place}>
        {codes.length === 0 ? (
          <p class="none both">
            <Both of={(words) => words.none} />
          </p>
        ) : (
          fitted && <Codes key={page} codes={codes.slice(page * fitted.perPage, (page + 1) * fitted.perPage)} fitted={fitted} />
        )}
      </div>
    </section>
  );
}

/** How much room there is for codes, and again when it changes. */
function useRoom(place: RefObject<HTMLElement | null>): Room | null {
  const room = useSignal<Room | null>(null);
  useEffect(() => {
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = place.current ?? document.body;
      room.value = { width, height, least: Math.max(LEAST_PX, Math.min(innerWidth, innerHeight) * LEAST) };
    };
    const watch = new ResizeObserver(measure);
    if (place.current) watch.observe(place.current);
    measure();
    return () => watch.disconnect();
  }, []);
  return room.value;
}

/** The page that is shown now. What has just come to the top is turned to at once, and only then the pages go on. */
function usePage(top: string | undefined, pages: number): number {
  const since = useRef({ top, tick: tick.value });
  if (since.current.top !== top) since.current = { top, tick: tick.value };
  return Math.floor((tick.value - since.current.tick) / PAGE_S) % pages;
}

function Codes({ codes, fitted: { columns, size } }: { codes: readonly BoardEntry[]; fitted: Fit }) {
  return (
    <ul
      class="codes"
      style={{ fontSize: `${size}px`, gridTemplateColumns: `repeat(${columns}, 1fr)`, gridAutoRows: `${size * LINE}px` }}
    >
      {codes.map((code) => (
        <li key={keyOf(code)} class={pulses(code.number) ? "called" : undefined}>
          <span class="code">{code.number}</span>
          {code.service === "dine_in" && (
            <span class="dine-in">
              <Icon d={icon.seat} />
              <span class="hidden">{languages().map((lang) => inLang(lang).dineIn).join(" ")}</span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
