/** A ticket's head: its code, how it is served, and its times. All of it can be tapped for the next step. */
import { computed, type ReadonlySignal, useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { clock, elapsed, levelOf, serverNow, tick } from "../lib/time";
import type { Order } from "../lib/wire";
import { common } from "../lib/words";
import { ageOf } from "./age";
import { orderWarns } from "./allergy";
import { panel } from "./panels";
import { isUrgent, shop } from "./state";
import { t } from "./words";

const SERVICE_ICONS: Record<Order["service"], string> = { pickup: icon.bag, delivery: icon.bike, dine_in: icon.seat };

interface HeadProps {
  order: Order;
  n: number;
  onBump?: () => void;
}

export function Head({ order, n, onBump }: HeadProps) {
  const gone = order.status === "expired" || order.status === "cancelled";
  return (
    <div class={onBump ? "head bumps" : "head"} onClick={onBump}>
      <header class="ticket-head">
        {n > 0 && n < 10 && <kbd class="key" aria-hidden="true">{n}</kbd>}
        <b class="ticket-code">{order.number}</b>
        <span class={`chip service ${order.service}`}>
          <Icon d={SERVICE_ICONS[order.service]} size={18} />
          {order.table ? common().table(order.table) : common().service[order.service]}
        </span>
        {!gone && (
          <button
            type="button"
            class="button square more"
            aria-label={t().moreFor(order.number)}
            onClick={(event) => {
              event.stopPropagation();
              panel.value = { name: "details", order };
            }}
          >
            <Icon d={icon.more} />
          </button>
        )}
      </header>
      {!gone && <p class="ticket-facts">{order.status === "placed" ? <Waiting order={order} /> : <Cooking order={order} />}</p>}
    </div>
  );
}

/** What follows the server's clock: looked at each second, drawn again when it turns. */
export function useTicking<T>(order: Order, look: () => T): ReadonlySignal<T> {
  return useMemo(
    () =>
      computed(() => {
        void tick.value;
        return look();
      }),
    [order],
  );
}

/** A running time: only its text changes each second, in a box that need not be measured. */
function Running({ order, ms }: { order: Order; ms: () => number }) {
  const text = useTicking(order, () => elapsed(ms()));
  const width = useComputed(() => `${text.value.length}ch`);
  return <time style={{ width: width.value }}>{text}</time>;
}

const since = (order: Order) => () => serverNow() - Date.parse(order.placed_at);

/** How long a new ticket has waited, and how long it may still wait: by the server's clock. */
function Waiting({ order }: { order: Order }) {
  const left = () => Date.parse(order.accept_by) - serverNow();
  const level = useTicking(order, () => levelOf(left())).value;
  const urgent = useTicking(order, () => isUrgent(order)).value;
  const age = useTicking(order, () => ageOf(order, shop.value)).value;
  return (
    <>
      <span class={`age ${urgent && age === "fresh" ? "amber" : age}`}>
        <Icon d={urgent ? icon.bell : age === "red" ? icon.alert : icon.clock} size={18} />
        <Running order={order} ms={since(order)} />
        {urgent ? t().nobodyLooked : t().age[age]}
      </span>
      <span class={`age left ${level}`} role="timer" aria-label={useTicking(order, () => t().answerBy(elapsed(left())))}>
        <Icon d={level === "red" ? icon.alert : icon.hourglass} size={18} />
        <Running order={order} ms={left} />
        {t().left}
      </span>
    </>
  );
}

function Cooking({ order }: { order: Order }) {
  const over = order.status === "ready" || order.status === "dispatched";
  const age = useTicking(order, () => ageOf(order, shop.value)).value;
  return (
    <>
      <span class={`age ${age}`}>
        <Icon d={age === "red" ? icon.alert : age === "amber" ? icon.hourglass : icon.clock} size={18} />
        <Running order={order} ms={since(order)} />
        {!over && (order.promised_at ? t().dueAge[age] : t().age[age])}
      </span>
      {over && orderWarns(order) ? (
        <span class="age red"><Icon d={icon.alert} size={18} /> {t().allergy}</span>
      ) : (
        <span class="due">
          {common().status[order.status]}
          {order.promised_at && !over && ` · ${t().due(clock(order.promised_at, shop.value?.timezone ?? "", lang.value))}`}
        </span>
      )}
    </>
  );
}
