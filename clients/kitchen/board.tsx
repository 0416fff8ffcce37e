/** The board: what is new stands in its own lane, what cooks stands oldest first, what is ready waits on the shelf below. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order } from "../lib/wire";
import { Bars, Foot } from "./bars";
import { Header } from "./header";
import { Lane } from "./lane";
import { DESK } from "./later";
import { beside, panel, roomBeside, toggleAllDay } from "./panels";
import { watch } from "./settle";
import { useStanding } from "./standing";
import { announced, log } from "./state";
import { concerns, stations } from "./stations";
import "./tickets.css";
import { t } from "./words";

const oldestFirst = (a: Order, b: Order): number => (a.placed_at + a.id < b.placed_at + b.id ? -1 : 1);
const ids = (orders: readonly Order[]): string[] => orders.map(({ id }) => id);

const COLUMN = 300;
const MOST_COLUMNS = 5;
const PANEL = 260;
const size = signal({ width: innerWidth, height: innerHeight });
addEventListener("resize", () => { size.value = { width: innerWidth, height: innerHeight }; });

/** Lanes side by side, each of which scrolls by itself: what comes in never moves what a hand is reaching for. */
const isSplit = (): boolean => size.value.width >= 640 && size.value.height >= 520;

export function Board() {
  return (
    <div class={`board ${isSplit() ? "split-board" : ""}`}>
      <Header />
      <Bars />
      <p class="hidden" role="status" aria-live="polite">
        {announced.value && t().newOrder(announced.value)}
      </p>
      <Lanes />
      <Foot />
      <DESK.panels.Part waiting={null} failed={null} />
    </div>
  );
}

function Lanes() {
  const main = useRef<HTMLElement>(null);
  useLayoutEffect(() => (main.current ? watch(main.current) : undefined), []);
  const { width } = size.value;
  const split = isSplit();
  const sums = split && beside.value && roomBeside();
  const columns = split ? Math.max(2, Math.min(MOST_COLUMNS, Math.floor((width - (sums ? PANEL : 0) - 24) / COLUMN))) : 1;

  const orders = [...log.value.orders.values()].sort(oldestFirst);
  const gone = [...log.value.gone.values()].sort(oldestFirst);
  const placed = orders.filter(({ status }) => status === "placed");
  const mine = orders.filter(concerns);
  const cooking = mine.filter(({ status }) => status === "accepted" || status === "preparing");
  const ready = mine.filter(({ status }) => status === "ready" || status === "dispatched");
  const standing = useStanding({ fresh: [...ids(gone), ...ids(placed)], cooking: ids(cooking), ready: ids(ready) }, columns);
  const all = new Map([...gone, ...orders].map((order) => [order.id, order]));
  const elsewhere = orders.length - mine.length;
  const fresh = split ? standing.freshColumns : 1;
  return (
    <main
      ref={main}
      class={`lanes ${split ? "split" : ""} ${sums ? "summed" : ""}`}
      style={{ "--split": `minmax(0, ${fresh}fr) minmax(0, ${columns - fresh || 1}fr)` }}
    >
      <Lane name="new" title={t().laneNew} empty={t().noNew} slots={standing.fresh} orders={all} from={0} columns={fresh} />
      <Lane
        name="cooking"
        title={t().laneCooking}
        empty={t().noneCooking}
        slots={standing.cooking}
        orders={all}
        from={standing.fresh.length}
        columns={columns - fresh || 1}
        tools={<Tools />}
        foot={elsewhere > 0 && <p class="lane-foot">{t().ordersElsewhere(elsewhere)}</p>}
      />
      {sums && <DESK.allDay.Part waiting={<aside />} failed={<aside />} />}
      <Lane
        name="ready"
        title={t().laneReady}
        empty={t().noneReady}
        slots={standing.ready}
        orders={all}
        from={standing.fresh.length + standing.cooking.length}
        columns={columns}
        foot={<DESK.undo.Part waiting={<div class="undo" />} failed={<div class="undo" />} />}
      />
    </main>
  );
}

function Tools() {
  const chosen = stations.value.size;
  return (
    <div class="tools">
      <button type="button" class="button" aria-pressed={beside.value && roomBeside()} onClick={toggleAllDay}>
        <Icon d={icon.sum} /> {t().allDay}
      </button>
      <button type="button" class="button" aria-pressed={chosen > 0} onClick={() => { panel.value = { name: "stations" }; }}>
        <Icon d={icon.filter} /> {t().stations}{chosen > 0 && ` ${chosen}`}
      </button>
    </div>
  );
}
