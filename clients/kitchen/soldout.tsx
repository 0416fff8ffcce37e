/** Sold out: one tap, live on every open menu. */
import { Sheet } from "../lib/parts/sheet";
import type { Item } from "../lib/wire";
import { FaultLine } from "./fault";
import { command, outToday, pending } from "./commands";
import { log } from "./state";
import { desk as d } from "./words/desk";

export function SoldOutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Sheet kind="side" title={d().soldOutTitle} onClose={onClose}>
      {log.value.shop?.categories.map((category) => (
        <section key={category.id} class="stock" aria-labelledby={`s-${category.id}`}>
          <h3 id={`s-${category.id}`}>{category.name}</h3>
          <ul>
            {category.items.map((item) => (
              <Stock key={item.id} item={item} />
            ))}
          </ul>
        </section>
      ))}
    </Sheet>
  );
}

function Stock({ item }: { item: Item }) {
  const waits = pending.value.has(item.id);
  const off = !item.available;
  const today = outToday.value.has(item.id);
  const set = (available: boolean | "today") => () => command({ name: "availability", item: item.id, available });
  return (
    <li class={item.available ? "stock-item" : "stock-item out"}>
      <div class="stock-row">
        <b class="grow">{item.name}</b>
        <div class="trio" role="group" aria-label={item.name} aria-busy={waits}>
          <button type="button" aria-pressed={item.available} onClick={set(true)}>
            {d().available}
          </button>
          <button type="button" aria-pressed={off && today} onClick={set("today")}>
            {d().today}
          </button>
          <button type="button" aria-pressed={off && !today} onClick={set(false)}>
            {d().out}
          </button>
        </div>
      </div>
      <FaultLine about={item.id} />
    </li>
  );
}
