/** One order, followed: the code, the steps, the facts, and what the customer can still do. */
import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { stepOf, type Status } from "../lib/frames";
import { lang } from "../lib/i18n";
import { lineNames } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { clock, serverNow, tick } from "../lib/time";
import { isUnseen, waitOf } from "../lib/tracker";
import type { Order, Shop } from "../lib/wire";
import { common } from "../lib/words";
import { Actions } from "./actions";
import { Follower } from "./follow";
import { Messages } from "./messages";
import { follow, type Route, shopUrl } from "./route";
import { Failed, Skeleton } from "./shops";
import { price, remember } from "./state";
import { t as page } from "./words";
import { t } from "./words/tracker";

export function OrderPage({ at }: { at: Route }) {
  const { id, token } = at as Extract<Route, { page: "order" }>;
  const follower = useMemo(() => new Follower(id, token), [id, token]);
  useEffect(() => follower.start(), [follower]);
  const order = follower.order.value;
  const number = order?.number;
  useEffect(() => {
    document.title = order ? `${order.number} · ${headline(order)}` : "Orderbell";
  }, [number, order?.status, lang.value]);
  const named = follower.shop.value?.name;
  useEffect(() => {
    if (order) remember(named ? { ...order, shop: named } : order, token);
  }, [number, named]);
  const loading = follower.loading.value;
  return (
    <div class="page narrow">
      <header class="top">
        <a class="icon-button" href={order ? shopUrl(order.shop) : "/"} aria-label={page().back} onClick={follow}>
          <Icon d={icon.back} />
        </a>
        <h1 class="grow shop-title">{named ?? "Orderbell"}</h1>
        <LangSwitch />
      </header>
      <main>
        {order && <Tracker order={order} shop={follower.shop.value} follower={follower} />}
        {!order && loading === "loading" && <Skeleton rows={4} />}
        {!order && loading === "failed" && <Failed onRetry={() => void follower.fetch()} />}
        {!order && loading === "unknown" && <p class="notice">{page().unknownOrder}</p>}
      </main>
    </div>
  );
}

/** What the order is doing now, in a few words. */
function headline(order: Order): string {
  if (order.status === "ready" && order.service === "delivery") return t().readyDelivery;
  if (order.status === "ready" && order.service === "dine_in") return t().readyDineIn;
  return t().headline[order.status];
}

const FAILED: readonly Status[] = ["rejected", "expired", "cancelled"];

function Tracker({ order, shop, follower }: { order: Order; shop: Shop | null; follower: Follower }) {
  const zone = shop?.timezone ?? "";
  const failed = FAILED.includes(order.status);
  const wait = useComputed(() => {
    void tick.value;
    return follower.order.value && waitOf(follower.order.value, serverNow());
  }).value;
  const late = wait === "late";
  return (
    <>
      <section class={`hero ${failed ? "bad" : order.status}`}>
        <p class="hero-label">{t().pickupCode}</p>
        <p class="hero-code" aria-label={`${t().pickupCode} ${[...order.number].join(" ")}`}>
          {order.number}
        </p>
        <p class="hero-status" role="status" aria-live="polite">
          {late ? t().lateAnswer : wait === "unconfirmed" ? t().unconfirmed : headline(order)}
        </p>
        <p class="hero-sub">{subline(order, zone, late)}</p>
        <p class="hero-chips">
          <span class="chip">{common().service[order.service]}</span>
          {order.table && <span class="chip">{common().table(order.table)}</span>}
        </p>
      </section>
      <Fresh follower={follower} />
      {!failed && <Progress order={order} zone={zone} />}
      {(failed || late) && shop?.phone && (
        <a class="button wide" href={`tel:${shop.phone}`}>
          <Icon d={icon.phone} /> {page().call(shop.phone)}
        </a>
      )}
      {failed && (
        <a class="button primary wide" href={shopUrl(order.shop)} onClick={follow}>
          {t().again}
        </a>
      )}
      {!failed && order.status !== "completed" && <Actions order={order} shop={shop} follower={follower} />}
      <Messages order={order} zone={zone} follower={follower} />
      <Lines order={order} shop={shop} />
      {!failed && !late && shop?.phone && (
        <a class="text-button" href={`tel:${shop.phone}`}>
          <Icon d={icon.phone} size={20} /> {page().call(shop.phone)}
        </a>
      )}
    </>
  );
}

function subline(order: Order, zone: string, late: boolean): string {
  const last = order.history.at(-1);
  const reason = last?.reason;
  if (order.status === "expired") return t().expiredText;
  if (order.status === "rejected" || order.status === "cancelled") {
    return reason ? ((t().because as Record<string, string>)[reason] ?? reason) : "";
  }
  if (order.status === "placed") return late ? "" : t().answerBy(clock(order.accept_by, zone, lang.value));
  if (order.promised_at && (order.status === "accepted" || order.status === "preparing")) {
    const at = clock(order.promised_at, zone, lang.value);
    return order.service === "delivery" ? t().arrives(at) : t().promised(at);
  }
  return "";
}

function Fresh({ follower }: { follower: Follower }) {
  void tick.value;
  const online = follower.state.value === "online";
  const ago = Math.max(0, Math.round((Date.now() - follower.heard.value) / 1000));
  if (!follower.heard.value) return null;
  return (
    <p class={online ? "fresh" : "fresh stale"}>
      <span class="dot" /> {online ? t().live : t().polling} · {t().updated(ago)}
    </p>
  );
}

const PATH: Status[] = ["placed", "accepted", "preparing", "ready", "completed"];
const PATH_DELIVERY: Status[] = ["placed", "accepted", "preparing", "ready", "dispatched", "completed"];

function Progress({ order, zone }: { order: Order; zone: string }) {
  const path = order.service === "delivery" ? PATH_DELIVERY : PATH;
  const at = path.indexOf(order.status);
  const time = (moment: string | undefined) => (moment ? <time dateTime={moment}>{clock(moment, zone, lang.value)}</time> : null);
  return (
    <ol class="steps" aria-label={t().steps}>
      {path.map((status, index) => {
        const reached = index <= at;
        const name =
          status === "completed" ? t().done[order.service] : status === "placed" ? t().stored : common().status[status];
        return (
          <li key={status} class={reached ? (index === at ? "now" : "past") : ""} aria-current={index === at ? "step" : undefined}>
            <span class="step-mark">{reached && <Icon d={icon.check} size={16} />}</span>
            <span class="grow">
              {name}
              {status === "placed" && (
                <small class="muted">
                  {order.seen_at ? <>{t().seen} · {time(order.seen_at)}</> : order.status === "placed" && <Unseen order={order} />}
                </small>
              )}
            </span>
            {reached && time(stepOf(order, status)?.at)}
          </li>
        );
      })}
    </ol>
  );
}

/** Stored, and on no screen of the kitchen yet. */
function Unseen({ order }: { order: Order }) {
  void tick.value;
  return <span class="unseen" role="status">{isUnseen(order, serverNow()) ? t().stillNotSeen : t().notSeen}</span>;
}

function Lines({ order, shop }: { order: Order; shop: Shop | null }) {
  const cost = (minor: number) => price(minor, order.currency);
  return (
    <section aria-labelledby="what">
      <h2 id="what">{page().summary}</h2>
      <ul class="summary card">
        {order.lines.map((line, index) => {
          const names = lineNames(shop, line);
          return (
            <li key={index}>
              <span>{line.quantity} ×</span>
              <span class="grow">
                {names.name}
                {names.options.length > 0 && <small class="muted">{names.options.join(lang.value === "en" ? ", " : "、")}</small>}
                {line.note && <small class="line-note">{line.note}</small>}
              </span>
              <span>{cost(line.amount)}</span>
            </li>
          );
        })}
        {order.note && <li class="line-note">{order.note}</li>}
        <li class="sum">
          <b class="grow">{page().total}</b>
          <b>{cost(order.total)}</b>
        </li>
      </ul>
    </section>
  );
}
