/** The sums of what is still to be cooked: beside the tickets, or in a sheet where there is no room. */
import { lineNames } from "../lib/menu";
import { Sheet } from "../lib/parts/sheet";
import { allDay } from "./allday";
import { isCrossed, marks } from "./marks";
import { log, shop } from "./state";
import { isHere } from "./stations";
import { t } from "./words";
import { desk as d } from "./words/desk";

export function AllDay() {
  return (
    <aside class="lane all-day" aria-labelledby="lane-allday">
      <div class="lane-head"><h2 id="lane-allday">{t().allDay}</h2></div>
      <div class="lane-body" data-scrolls tabIndex={0}><Sums /></div>
    </aside>
  );
}

export function AllDaySheet({ onClose }: { onClose: () => void }) {
  return (
    <Sheet kind="side" title={t().allDay} onClose={onClose}>
      <div class="all-day"><Sums /></div>
    </Sheet>
  );
}

function Sums() {
  void marks.value;
  const sums = allDay(log.value.orders.values(), (order, line, index) => isHere(line) && !isCrossed(order.id, index));
  if (sums.length === 0) return <p class="lane-empty">{d().allDayEmpty}</p>;
  return (
    <ul class="sums">
      {sums.map(({ key, line, count, coming }) => {
        const names = lineNames(shop.value, line);
        return (
          <li key={key} class={count === 0 ? "coming" : undefined}>
            <b class="times many">{count > 0 ? count : `+${coming}`}</b>{" "}
            <span>
              <b class="dish-name">{names.name}</b>
              {names.options.length > 0 && <span class="dish-option">{names.options.join(" · ")}</span>}
              {coming > 0 && <span class="dish-option">{count > 0 ? d().allDayMore(coming) : d().allDayComing}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
