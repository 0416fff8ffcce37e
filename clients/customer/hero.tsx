/** What somebody sees at arm's length: the code, what is happening, and when. */
import type { Status } from "../lib/frames";
import { lang } from "../lib/i18n";
import { clock, serverNow, tick } from "../lib/time";
import { waitOf } from "../lib/tracker";
import type { Order, Shop } from "../lib/wire";
import { common } from "../lib/words";
import { t } from "./words/tracker";

export const FAILED: readonly Status[] = ["rejected", "expired", "cancelled"];
export const PATH: readonly Status[] = ["placed", "accepted", "preparing", "ready", "completed"];
export const PATH_DELIVERY: readonly Status[] = ["placed", "accepted", "preparing", "ready", "dispatched", "completed"];

/** Only a shop whose number is known can be called. */
export const canCall = (shop: Shop | null): boolean => Boolean(shop?.phone);

/** What the order is doing now, in a few words. */
export function headline(order: Order): string {
  if (order.status === "ready" && order.service === "delivery") return t().readyDelivery;
  if (order.status === "ready" && order.service === "dine_in") return t().readyDineIn;
  return t().headline[order.status];
}

/** The same, for the browser's tab. */
export function titleOf(order: Order): string {
  const mark = FAILED.includes(order.status) ? "✕ " : ["ready", "dispatched", "completed"].includes(order.status) ? "✓ " : "";
  return `${mark}${order.number} · ${headline(order)}`;
}

export function Hero({ order, shop }: { order: Order; shop: Shop | null }) {
  void tick.value;
  const now = serverNow();
  const wait = waitOf(order, now);
  const failed = FAILED.includes(order.status);
  const late = wait === "late";
  const call = canCall(shop);
  return (
    <section class={`hero ${failed ? "bad" : late ? "late" : order.status}`}>
      <p class="hero-label">{t().pickupCode}</p>
      <p class="hero-code" aria-label={`${t().pickupCode} ${[...order.number].join(" ")}`}>
        {order.number}
      </p>
      {!failed && <Bar order={order} />}
      <p class="hero-status" role="status" aria-live="polite">
        {late ? t().lateAnswer(call) : wait === "unconfirmed" ? t().unconfirmed : headline(order)}
      </p>
      <p class="hero-sub">{subline(order, shop, late, now)}</p>
      <p class="hero-chips">
        <span class="chip">{common().service[order.service]}</span>
        {order.table && <span class="chip">{common().table(order.table)}</span>}
      </p>
    </section>
  );
}

/** How far it is, as a row of bars; the list below says it in words. */
function Bar({ order }: { order: Order }) {
  const path = (order.service === "delivery" ? PATH_DELIVERY : PATH).slice(0, -1);
  const at = order.status === "completed" ? path.length : path.indexOf(order.status);
  return (
    <span class="hero-bar" aria-hidden="true">
      {path.map((status, index) => (
        <i key={status} class={index < at ? "done" : index === at ? "now" : ""} />
      ))}
    </span>
  );
}

function subline(order: Order, shop: Shop | null, late: boolean, now: number): string {
  const zone = shop?.timezone ?? "";
  if (order.status === "expired") return t().expiredText(canCall(shop));
  if (order.status === "rejected" || order.status === "cancelled") {
    const reason = order.history.at(-1)?.reason;
    if (reason === "other" && canCall(shop)) return t().otherCall;
    return reason ? ((t().because as Record<string, string>)[reason] ?? reason) : "";
  }
  if (order.status === "placed") return late ? "" : t().answerBy(clock(order.accept_by, zone, lang.value));
  if (order.status === "ready" && order.service === "pickup") return t().showCode;
  if (!order.promised_at || !["accepted", "preparing"].includes(order.status)) return "";
  const at = clock(order.promised_at, zone, lang.value);
  const minutes = Math.ceil((Date.parse(order.promised_at) - now) / 60_000);
  if (minutes < 0) return t().overdue(at);
  return `${order.service === "delivery" ? t().arrives(at) : t().promised(at)} · ${t().inMinutes(minutes)}`;
}
