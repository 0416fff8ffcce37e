/** One ticket: the code from two metres, what to cook, and the one next step. */
import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { lineNames } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order } from "../lib/wire";
import { orderWarns } from "./allergy";
import { accept, bump, nextOf, usual } from "./bump";
import { pending } from "./commands";
import { Dishes, LongNote } from "./dish";
import { FaultLine } from "./fault";
import { Head, useTicking } from "./head";
import { byKeys, numbered, selected } from "./keyboard";
import { DESK } from "./later";
import { marks } from "./marks";
import { type About, panel } from "./panels";
import { settle, watch } from "./settle";
import { isUrgent, line, shop, tap, tapped, takeAway } from "./state";
import { t } from "./words";

export const QUICK = [10, 15, 20, 30];

interface CardProps {
  order: Order;
  class: string;
  busy?: boolean;
  onTap?: () => void;
  children: ComponentChildren;
}

/** The frame that every ticket has: it is watched for moves, and keys can select it. */
function Card({ order, class: look, busy, onTap, children }: CardProps) {
  const element = useRef<HTMLElement>(null);
  const status = useRef(order.status);
  useLayoutEffect(() => {
    const card = element.current;
    if (!card) return;
    if (selected.peek() === order.id && byKeys.peek() && !document.querySelector("dialog[open]")) card.focus();
    return watch(card);
  }, []);
  useLayoutEffect(() => {
    // Another step, another button under the same finger.
    if (status.current !== order.status && element.current) settle(element.current);
    status.current = order.status;
  }, [order.status]);
  return (
    <article
      ref={element}
      class={`ticket ${look}`}
      data-order={order.id}
      tabIndex={-1}
      aria-label={t().ticket(order.number)}
      aria-busy={busy}
      onClick={onTap}
      onFocusIn={() => { selected.value = order.id; }}
    >
      {children}
    </article>
  );
}

export function Ticket({ order, n }: { order: Order; n: number }) {
  const { id, status } = order;
  const looked = useComputed(() => tapped.value.has(id));
  const waiting = useComputed(() => pending.value.get(id));
  const crossed = useComputed(() => marks.value.get(id)?.crossed ?? NOTHING);
  const ringing = status === "placed" && !looked.value;
  /** Nobody has looked for half a minute. */
  const late = useTicking(order, () => isUrgent(order));
  const look = ringing ? (late.value ? "ringing urgent" : "ringing") : "";
  const cooking = status === "accepted" || status === "preparing";
  const waits = waiting.value;
  return (
    <Card order={order} class={`${status} ${look}`} busy={waits !== undefined} onTap={() => tap(id)}>
      {ringing && <span class="glow" />}
      <Head order={order} n={n} onBump={status === "placed" ? undefined : () => bump(order)} />
      {orderWarns(order) && (status === "placed" || cooking) && <p class="allergy-flag"><Icon d={icon.alert} size={20} /> <b>{t().allergy}</b></p>}
      {(order.nudges > 0 || order.messages.length > 0 || order.cancel_requested_at !== null) && (
        <DESK.flags.Part order={order} waiting={null} failed={<p class="said">{t().messages}</p>} />
      )}
      {status === "placed" || cooking ? <Dishes order={order} crossed={cooking ? crossed.value : null} whole={status === "placed"} /> : null}
      {order.note && (cooking || status === "placed") && <p class="note-box"><Icon d={icon.edit} size={18} /> <LongNote text={order.note} /></p>}
      <FaultLine about={id} />
      <div class="ticket-do">{status === "placed" ? <Accept order={order} waits={waits} /> : <NextStep order={order} waits={waits} />}</div>
    </Card>
  );
}

const NOTHING: readonly number[] = [];

interface StepProps {
  order: Order;
  waits: string | undefined;
}

/** Where the tap went: said in the room that the label has anyway, so that nothing moves. */
const Waits = () => (
  <span class="waits" role="status">
    <span class="spinner" /> {line.value === "online" ? t().sending : t().keptForLine}
  </span>
);

function Accept({ order, waits }: StepProps) {
  const asked = useSignal(0);
  const busy = waits !== undefined;
  const show = (name: About) => () => { panel.value = { name, order }; };
  return (
    <>
      <p class="do-label" id={`a-${order.id}`}>{busy ? <Waits /> : t().acceptIn}</p>
      <div class="quick" role="group" aria-labelledby={`a-${order.id}`}>
        {QUICK.map((minutes) => (
          <button
            key={minutes}
            type="button"
            class={`button primary ${numbered.value && usual.value === minutes ? "usual" : ""} ${busy && asked.value === minutes ? "asked" : ""}`}
            aria-label={t().acceptMinutes(minutes)}
            disabled={busy}
            onClick={() => {
              asked.value = minutes;
              accept(order, minutes);
            }}
          >
            {minutes} <small>{t().minShort}</small>
          </button>
        ))}
      </div>
      <div class="pair">
        <button type="button" class="button" disabled={busy} onClick={show("reject")}>{t().reject}</button>
        <button type="button" class="button" disabled={busy} onClick={show("minutes")}>{t().otherTime}</button>
      </div>
    </>
  );
}

/** Each step has a button of its own (by its key): a press that began on one cannot end on the next. */
function NextStep({ order, waits }: StepProps) {
  const next = nextOf(order);
  if (!next) return null;
  const words = { start: t().startCooking, ready: t().ready, dispatch: t().dispatch, complete: t().complete };
  return (
    <button key={next} type="button" class={`button wide next ${next}`} disabled={waits !== undefined} onClick={() => bump(order)}>
      {waits === undefined ? words[next] : <Waits />}
    </button>
  );
}

/** An order that ended without us stays until somebody has seen it: else it is cooked for nobody. */
export function GoneTicket({ order, n }: { order: Order; n: number }) {
  const expired = order.status === "expired";
  return (
    <Card order={order} class="gone">
      <Head order={order} n={n} />
      <p class="gone-why"><Icon d={icon.ban} size={22} /> {expired ? t().goneExpired : t().goneCancelled}</p>
      {expired && (
        <div class="flag red">
          <p><Icon d={icon.phone} size={20} /> {t().tellGuest(order.customer.name)}</p>
          <p class="wraps"><DESK.phone.Part order={order} waiting={order.customer.phone} failed={order.customer.phone} /></p>
        </div>
      )}
      <p class="said">{order.lines.map((each) => `${each.quantity}× ${lineNames(shop.value, each).name}`).join(" · ")}</p>
      <FaultLine about={order.id} />
      <div class="ticket-do">
        <button type="button" class="button wide next" onClick={() => takeAway(order.id)}>
          {t().dismiss}
        </button>
      </div>
    </Card>
  );
}
