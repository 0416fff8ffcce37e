/** One lane: its heading, and a place for each ticket, also for the one that has just left. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Order } from "../lib/wire";
import { numbered } from "./keyboard";
import { ReadOnly } from "./saved";
import { heights } from "./settle";
import type { Slot } from "./slots";
import { savedAt } from "./state";
import { GoneTicket, Ticket } from "./ticket";

interface LaneProps {
  name: "new" | "cooking" | "ready";
  title: string;
  /** Shown while the lane is empty. */
  empty: string;
  slots: readonly Slot[];
  orders: ReadonlyMap<string, Order>;
  /** How many slots stand before this lane's. */
  from: number;
  columns: number;
  tools?: ComponentChildren;
  foot?: ComponentChildren;
}

export function Lane({ name, title, empty, slots, orders, from, columns, tools, foot }: LaneProps) {
  const body = useRef<HTMLDivElement>(null);
  const below = useSignal(0);
  /** How many new orders nobody can see without scrolling. */
  const count = () => {
    if (name !== "new") return;
    const end = body.current?.getBoundingClientRect().bottom ?? 0;
    const cards = [...(body.current?.querySelectorAll("[data-order]") ?? [])];
    below.value = end >= innerHeight ? 0 : cards.filter((card) => card.getBoundingClientRect().top > end - 40).length;
  };
  useEffect(count, [slots, columns]);
  const here = slots.filter(({ hole }) => !hole).length;
  return (
    <section class={`lane ${name} ${here === 0 ? "calm" : ""} ${columns === 1 ? "narrow" : ""}`} aria-labelledby={`lane-${name}`}>
      <div class="lane-head">
        <h2 id={`lane-${name}`}>
          {title} <span class="count">{here}</span>
          {below.value > 0 && <span class="below" aria-hidden="true">↓ {below.value}</span>}
        </h2>
        {tools}
      </div>
      <div class="lane-body" data-scrolls tabIndex={savedAt.value > 0 ? 0 : -1} ref={body} onScroll={count}>
        {here === 0 && <p class="lane-empty">{empty}</p>}
        <ReadOnly>
          <div class="tickets" style={{ "--columns": columns }}>
            {slots.map(({ id, hole }, index) => {
              const order = orders.get(id);
              if (hole || !order) return <div key={id} class="hole" aria-hidden="true" style={{ height: `${heights.get(id) ?? 0}px` }} />;
              const n = numbered.value ? from + index + 1 : 0; // 0: a ticket need not be drawn again when one before it leaves
              const gone = order.status === "cancelled" || order.status === "expired";
              return gone ? <GoneTicket key={id} order={order} n={n} /> : <Ticket key={id} order={order} n={n} />;
            })}
          </div>
        </ReadOnly>
      </div>
      {foot}
    </section>
  );
}
