/** What has changed about an order: it stands out until somebody has tapped it away. */
import { useComputed } from "@preact/signals";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order } from "../lib/wire";
import { orderWarns } from "./allergy";
import { LongNote } from "./dish";
import { command } from "./commands";
import { acknowledge, keepCooking, marks, newsOf } from "./marks";
import { panel } from "./panels";
import { t } from "./words";
import { desk as d } from "./words/desk";

export function Flags({ order }: { order: Order }) {
  const mark = useComputed(() => marks.value.get(order.id));
  const news = newsOf(order, mark.value);
  const last = order.messages.at(-1);
  const seen = () => acknowledge(order);
  const details = () => { panel.value = { name: "details", order }; };
  if (order.status === "ready" || order.status === "dispatched") {
    // On the shelf a card has one height: its news is one line, and all of the talk is in the details.
    if (!news.nudge && !news.message) return null;
    const text = news.message ? (last?.text ?? "") : t().nudgedTimes(order.nudges);
    return (
      <div class={news.nudge ? "flag amber line" : "flag blue line"} role="group" aria-label={news.message ? t().messages : text}>
        <button type="button" class="flag-text" onClick={details}>
          {orderWarns(order) && <mark class="allergy"><Icon d={icon.alert} size={20} /><span class="hidden">{t().allergy}</span></mark>}
          <Icon d={news.nudge ? icon.bell : icon.chat} size={18} /> <span>{text}</span>
        </button>
        <button type="button" class="button" onClick={seen}>{t().seenIt}</button>
      </div>
    );
  }
  const keep = () => {
    keepCooking(order); // here at once; the other screens stop asking when the server has heard it
    command({ name: "keep", order: order.id });
    command({ name: "message", order: order.id, text: d().keptOn });
  };
  return (
    <>
      {news.cancel && (
        <div class="flag red" role="group" aria-label={t().wantsCancel}>
          <p><Icon d={icon.alert} size={20} /> {t().wantsCancel}</p>
          <div class="pair">
            <button type="button" class="button" onClick={keep}>{t().keepIt}</button>
            <button type="button" class="button danger" onClick={() => command({ name: "cancel", order: order.id, reason: "customer_asked" })}>
              {t().cancelIt}
            </button>
          </div>
        </div>
      )}
      {news.nudge && (
        <div class="flag amber" role="group" aria-label={t().nudgedTimes(order.nudges)}>
          <p><Icon d={icon.bell} size={20} /> {t().nudgedTimes(order.nudges)}</p>
          <Seen order={order} onSeen={seen} onReply={details} />
        </div>
      )}
      {last?.from === "customer" && (
        <div class={news.message ? "flag blue" : "said"} role="group" aria-label={t().messages}>
          <p><Icon d={icon.chat} size={18} /> <LongNote text={last.text} /></p>
          {news.message && !news.nudge && <Seen order={order} onSeen={seen} onReply={details} />}
        </div>
      )}
      {order.nudges > 0 && !news.nudge && <p class="said"><Icon d={icon.bell} size={18} /> {t().nudgedTimes(order.nudges)}</p>}
    </>
  );
}

function Seen({ order, onSeen, onReply }: { order: Order; onSeen: () => void; onReply: () => void }) {
  const soon = t().canned[0] ?? "";
  const answer = () => {
    command({ name: "message", order: order.id, text: soon });
    onSeen();
  };
  return (
    <div class="pair">
      <button type="button" class="button soon" onClick={answer}>{soon}</button>
      <button type="button" class="button" onClick={onReply}>{t().reply}</button>
      <button type="button" class="button" onClick={onSeen}>{t().seenIt}</button>
    </div>
  );
}
