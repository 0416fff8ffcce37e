/** What has changed about an order: it stands out until somebody has tapped it away. */
import { useComputed } from "@preact/signals";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order } from "../lib/wire";
import { NoteText } from "./dish";
import { command } from "./commands";
import { acknowledge, keepCooking, marks, newsOf } from "./marks";
import { panel } from "./panels";
import { t } from "./words";

export function Flags({ order }: { order: Order }) {
  const mark = useComputed(() => marks.value.get(order.id));
  const news = newsOf(order, mark.value);
  const last = order.messages.at(-1);
  const seen = () => acknowledge(order);
  return (
    <>
      {news.cancel && (
        <div class="flag red" role="group" aria-label={t().wantsCancel}>
          <p><Icon d={icon.alert} size={20} /> {t().wantsCancel}</p>
          <div class="pair">
            <button type="button" class="button" onClick={() => keepCooking(order)}>{t().keepIt}</button>
            <button type="button" class="button danger" onClick={() => command({ name: "cancel", order: order.id, reason: "customer_asked" })}>
              {t().cancelIt}
            </button>
          </div>
        </div>
      )}
      {news.nudge && (
        <div class="flag amber" role="group" aria-label={t().nudgedTimes(order.nudges)}>
          <p><Icon d={icon.bell} size={20} /> {t().nudgedTimes(order.nudges)}</p>
          <Seen order={order} onSeen={seen} />
        </div>
      )}
      {last?.from === "customer" && (
        <div class={news.message ? "flag blue" : "said"} role="group" aria-label={t().messages}>
          <p><Icon d={icon.chat} size={18} /> <NoteText text={last.text} /></p>
          {news.message && !news.nudge && <Seen order={order} onSeen={seen} />}
        </div>
      )}
      {order.nudges > 0 && !news.nudge && <p class="said"><Icon d={icon.bell} size={18} /> {t().nudgedTimes(order.nudges)}</p>}
    </>
  );
}

function Seen({ order, onSeen }: { order: Order; onSeen: () => void }) {
  const soon = t().canned[0] ?? "";
  const answer = () => {
    command({ name: "message", order: order.id, text: soon });
    onSeen();
  };
  return (
    <div class="pair">
      <button type="button" class="button soon" onClick={answer}>{soon}</button>
      <button type="button" class="button" onClick={() => { panel.value = { name: "details", order }; }}>{t().reply}</button>
      <button type="button" class="button" onClick={onSeen}>{t().seenIt}</button>
    </div>
  );
}
