/** One ticket: the code from two metres, what to cook, and the one next step. */
import { useSignal } from "@preact/signals";
import type { Status } from "../lib/frames";
import { lang } from "../lib/i18n";
import { lineNames } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { ageOf, clock, elapsed, serverNow, tick } from "../lib/time";
import type { Order, OrderLine } from "../lib/wire";
import { common } from "../lib/words";
import { DetailsSheet } from "./details";
import { FaultLine } from "./fault";
import { MinutesSheet, ReasonSheet } from "./choose";
import { command, line, log, pending, tap, tapped, takeAway } from "./state";
import { t } from "./words";

const QUICK = [10, 15, 20, 30];

/** The one next step of each state. */
const NEXT: Partial<Record<Status, "start" | "ready" | "dispatch" | "complete">> = {
  accepted: "start",
  preparing: "ready",
  ready: "complete",
  dispatched: "complete",
};

type Open = "details" | "minutes" | "reject" | null;

export function Ticket({ order }: { order: Order }) {
  const open = useSignal<Open>(null);
  const kept = useSignal(false);
  const fresh = order.status === "placed" && !tapped.value.has(order.id);
  const waits = pending.value.get(order.id);
  const show = (which: Open) => () => {
    open.value = which;
  };
  const shut = show(null);
  const last = order.messages.at(-1);
  return (
    <article
      class={`ticket ${order.status} ${fresh ? "ringing" : ""}`}
      aria-label={t().ticket(order.number)}
      aria-busy={waits !== undefined}
      onClick={() => tap(order.id)}
    >
      <Head order={order} onMore={show("details")} />
      {order.nudges > 0 && <p class="flag amber"><Icon d={icon.bell} size={20} /> {t().nudgedTimes(order.nudges)}</p>}
      {order.cancel_requested_at && !kept.value && (
        <div class="flag red">
          <p><Icon d={icon.alert} size={20} /> {t().wantsCancel}</p>
          <div class="pair">
            <button type="button" class="button" onClick={() => { kept.value = true; }}>{t().keepIt}</button>
            <button type="button" class="button danger" onClick={() => command({ name: "cancel", order: order.id, reason: "customer_asked" })}>
              {t().cancelIt}
            </button>
          </div>
        </div>
      )}
      <ul class="dishes">
        {order.lines.map((each, index) => (
          <Dish key={index} line={each} />
        ))}
      </ul>
      {order.note && <p class="note-box"><Icon d={icon.edit} size={18} /> {order.note}</p>}
      {last?.from === "customer" && <p class="note-box message"><Icon d={icon.chat} size={18} /> {last.text}</p>}
      <FaultLine about={order.id} />
      <div class="ticket-do">
        {order.status === "placed" ? (
          <>
            <p class="do-label" id={`a-${order.id}`}>{t().acceptIn}</p>
            <div class="quick" role="group" aria-labelledby={`a-${order.id}`}>
              {QUICK.map((minutes) => (
                <button
                  key={minutes}
                  type="button"
                  class="button primary"
                  aria-label={t().acceptMinutes(minutes)}
                  disabled={waits !== undefined}
                  onClick={() => command({ name: "accept", order: order.id, minutes })}
                >
                  {minutes} <small>{t().minShort}</small>
                </button>
              ))}
            </div>
            <div class="pair">
              <button type="button" class="button" disabled={waits !== undefined} onClick={show("reject")}>{t().reject}</button>
              <button type="button" class="button" disabled={waits !== undefined} onClick={show("minutes")}>{t().otherTime}</button>
            </div>
          </>
        ) : (
          <NextStep order={order} waits={waits} />
        )}
        {waits && <p class="waits" role="status"><span class="spinner" /> {line.value === "online" ? t().sending : t().waitingLine}</p>}
      </div>
      {open.value === "details" && <DetailsSheet order={order} onClose={shut} />}
      {open.value === "minutes" && <MinutesSheet order={order} onClose={shut} />}
      {open.value === "reject" && <ReasonSheet order={order} name="reject" onClose={shut} />}
    </article>
  );
}

const SERVICE_ICONS: Record<Order["service"], string> = { pickup: icon.bag, delivery: icon.bike, dine_in: icon.seat };

function Head({ order, onMore }: { order: Order; onMore: () => void }) {
  void tick.value;
  const zone = log.value.shop?.timezone ?? "";
  const now = serverNow();
  const age = ageOf(now - Date.parse(order.placed_at));
  const over = order.status === "ready" || order.status === "dispatched";
  const left = Date.parse(order.accept_by) - now;
  return (
    <>
      <header class="ticket-head">
        <b class="ticket-code">{order.number}</b>
        <span class={`chip service ${order.service}`}>
          <Icon d={SERVICE_ICONS[order.service]} size={18} />
          {order.table ? common().table(order.table) : common().service[order.service]}
        </span>
        <button type="button" class="button square more" aria-label={t().moreFor(order.number)} onClick={onMore}>
          <Icon d={icon.more} />
        </button>
      </header>
      <p class="ticket-facts">
        <span class={`age ${over ? "fresh" : age}`}>
          <Icon d={age === "red" && !over ? icon.alert : icon.clock} size={18} />
          <time>{elapsed(now - Date.parse(order.placed_at))}</time>
          {!over && t().age[age]}
        </span>
        <span class="due">
          {order.status === "placed" ? t().answerBy(elapsed(left)) : common().status[order.status]}
          {order.status !== "placed" && order.promised_at && !over && ` · ${t().due(clock(order.promised_at, zone, lang.value))}`}
        </span>
      </p>
    </>
  );
}

export function Dish({ line: each }: { line: OrderLine }) {
  const names = lineNames(log.value.shop, each);
  return (
    <li class="dish">
      <b class={each.quantity > 1 ? "times many" : "times"}>{each.quantity}×</b>
      <div>
        <b>{names.name}</b>
        {names.options.map((option) => (
          <span class="dish-option" key={option}>{option}</span>
        ))}
        {each.note && <span class="note-box">{each.note}</span>}
      </div>
    </li>
  );
}

function NextStep({ order, waits }: { order: Order; waits: string | undefined }) {
  const next = order.status === "ready" && order.service === "delivery" ? "dispatch" : NEXT[order.status];
  if (!next) return null;
  const words = { start: t().startCooking, ready: t().ready, dispatch: t().dispatch, complete: t().complete };
  return (
    <button type="button" class={`button wide next ${next}`} disabled={waits !== undefined} onClick={() => command({ name: next, order: order.id })}>
      {words[next]}
    </button>
  );
}

/** An order that ended without us stays until somebody has seen it: else it is cooked for nobody. */
export function GoneTicket({ order }: { order: Order }) {
  return (
    <article class="ticket gone" aria-label={t().ticket(order.number)}>
      <header class="ticket-head">
        <b class="ticket-code">{order.number}</b>
        <b class="grow">{order.status === "expired" ? t().goneExpired : t().goneCancelled}</b>
      </header>
      <ul class="dishes">
        {order.lines.map((each, index) => (
          <Dish key={index} line={each} />
        ))}
      </ul>
      <div class="ticket-do">
        <button type="button" class="button wide next" onClick={() => takeAway(order.id)}>
          {t().dismiss}
        </button>
      </div>
    </article>
  );
}
