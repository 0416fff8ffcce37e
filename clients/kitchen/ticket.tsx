/** One ticket: the code from two metres, what to cook, and the one next step. */
import { useSignal } from "@preact/signals";
import type { Status } from "../lib/frames";
import { lang } from "../lib/i18n";
import { lineNames } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { ageOf, clock, elapsed, levelOf, serverNow, tick } from "../lib/time";
import type { Order, OrderLine } from "../lib/wire";
import { common } from "../lib/words";
import { MinutesSheet, ReasonSheet } from "./choose";
import { command, pending } from "./commands";
import { DetailsSheet, Phone } from "./details";
import { FaultLine } from "./fault";
import { isUrgent, line, log, tap, tapped, takeAway } from "./state";
import { t } from "./words";

const QUICK = [10, 15, 20, 30];

/** The one next step of each state. */
const NEXT: Partial<Record<Status, "start" | "ready" | "dispatch" | "complete">> = {
  accepted: "start",
  preparing: "ready",
  ready: "complete",
  dispatched: "complete",
};

/** Read in a component, this draws it again as time goes by. */
function urgentNow(order: Order): boolean {
  void tick.value;
  return isUrgent(order);
}

type Open = "details" | "minutes" | "reject" | null;

export function Ticket({ order }: { order: Order }) {
  const open = useSignal<Open>(null);
  const kept = useSignal(false);
  const ringing = order.status === "placed" && !tapped.value.has(order.id);
  const urgent = ringing && urgentNow(order);
  const waits = pending.value.get(order.id);
  const show = (which: Open) => () => {
    open.value = which;
  };
  const shut = show(null);
  const last = order.messages.at(-1);
  return (
    <article
      class={`ticket ${order.status} ${ringing ? "ringing" : ""} ${urgent ? "urgent" : ""}`}
      aria-label={t().ticket(order.number)}
      aria-busy={waits !== undefined}
      onClick={() => tap(order.id)}
    >
      <Head order={order} urgent={urgent} onMore={show("details")} />
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
        {waits && <p class="waits" role="status"><span class="spinner" /> {line.value === "online" ? t().sending : t().keptForLine}</p>}
      </div>
      {open.value === "details" && <DetailsSheet order={order} onClose={shut} />}
      {open.value === "minutes" && <MinutesSheet order={order} onClose={shut} />}
      {open.value === "reject" && <ReasonSheet order={order} name="reject" onClose={shut} />}
    </article>
  );
}

const SERVICE_ICONS: Record<Order["service"], string> = { pickup: icon.bag, delivery: icon.bike, dine_in: icon.seat };

function Head({ order, urgent, onMore }: { order: Order; urgent: boolean; onMore: () => void }) {
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
      <p class="ticket-facts">{order.status === "placed" ? <Waiting order={order} urgent={urgent} /> : <Cooking order={order} />}</p>
    </>
  );
}

/** How long a new ticket has waited, and how long it may still wait: by the server's clock. */
function Waiting({ order, urgent }: { order: Order; urgent: boolean }) {
  void tick.value;
  const now = serverNow();
  const left = Date.parse(order.accept_by) - now;
  const level = levelOf(left);
  return (
    <>
      <span class={urgent ? "age amber" : "age"}>
        <Icon d={urgent ? icon.bell : icon.clock} size={18} />
        <time>{elapsed(now - Date.parse(order.placed_at))}</time>
        {urgent && t().nobodyLooked}
      </span>
      <span class={`age left ${level}`} role="timer" aria-label={t().answerBy(elapsed(left))}>
        <Icon d={level === "red" ? icon.alert : icon.hourglass} size={18} />
        <time>{elapsed(left)}</time>
        {t().left}
      </span>
    </>
  );
}

function Cooking({ order }: { order: Order }) {
  void tick.value;
  const zone = log.value.shop?.timezone ?? "";
  const waited = serverNow() - Date.parse(order.placed_at);
  const over = order.status === "ready" || order.status === "dispatched";
  const age = over ? "fresh" : ageOf(waited);
  return (
    <>
      <span class={`age ${age}`}>
        <Icon d={age === "red" ? icon.alert : icon.clock} size={18} />
        <time>{elapsed(waited)}</time>
        {!over && t().age[age]}
      </span>
      <span class="due">
        {common().status[order.status]}
        {order.promised_at && !over && ` · ${t().due(clock(order.promised_at, zone, lang.value))}`}
      </span>
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
  const expired = order.status === "expired";
  return (
    <article class="ticket gone" aria-label={t().ticket(order.number)}>
      <header class="ticket-head">
        <b class="ticket-code">{order.number}</b>
        <b class="grow">{expired ? t().goneExpired : t().goneCancelled}</b>
      </header>
      {expired && (
        <div class="flag red">
          <p><Icon d={icon.phone} size={20} /> {t().tellGuest(order.customer.name)}</p>
          <p class="wraps"><Phone order={order} /></p>
        </div>
      )}
      <ul class="dishes">
        {order.lines.map((each, index) => (
          <Dish key={index} line={each} />
        ))}
      </ul>
      <FaultLine about={order.id} />
      <div class="ticket-do">
        <button type="button" class="button wide next" onClick={() => takeAway(order.id)}>
          {t().dismiss}
        </button>
      </div>
    </article>
  );
}
