/** Recall: what became ready or complete in the last 10 minutes, back by one tap. */
import { Sheet } from "../lib/parts/sheet";
import { endedAt, RECALL_MS } from "../lib/log";
import { serverNow, tick } from "../lib/time";
import { common } from "../lib/words";
import { FaultLine } from "./fault";
import { command, pending } from "./commands";
import { log } from "./state";
import { t } from "./words";
import { desk as d } from "./words/desk";

export function RecallSheet({ onClose }: { onClose: () => void }) {
  void tick.value;
  const ready = [...log.value.orders.values()].filter((order) => order.status === "ready");
  const orders = [...log.value.done, ...ready]
    .filter((order) => serverNow() - endedAt(order) < RECALL_MS)
    .sort((a, b) => endedAt(b) - endedAt(a));
  return (
    <Sheet kind="side" title={d().recallTitle} onClose={onClose}>
      {orders.length === 0 && <p class="muted">{d().recallEmpty}</p>}
      <ul class="recalls">
        {orders.map((order) => (
          <li key={order.id}>
            <b class="recall-code">{order.number}</b>
            <span class="grow">
              {common().status[order.status]}
              <small class="muted">{d().minAgo(Math.floor((serverNow() - endedAt(order)) / 60_000))}</small>
            </span>
            <button
              type="button"
              class="button"
              aria-label={d().recallOne(order.number)}
              disabled={pending.value.has(order.id)}
              onClick={() => command({ name: "recall", order: order.id })}
            >
              {t().recall}
            </button>
            <FaultLine about={order.id} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
