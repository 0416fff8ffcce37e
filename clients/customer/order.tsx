/** One order, followed: the code, the steps, the facts, and what the customer can still do. */
import { useEffect, useMemo } from "preact/hooks";
import { lang } from "../lib/i18n";
import { late } from "../lib/late";
import { lineNames } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { clock, serverNow, tick } from "../lib/time";
import { waitOf } from "../lib/tracker";
import type { Order, Shop } from "../lib/wire";
import { Actions } from "./actions";
import type { AgainProps } from "./again-link";
import { Follower } from "./follow";
import { FAILED, Hero, titleOf } from "./hero";
import { Messages } from "./messages";
import { NotifyButton, tellWhenReady } from "./notify";
import { Failed, Skeleton } from "./parts";
import { follow, type Route, shopUrl } from "./route";
import { ShareButton } from "./share";
import { price, remember } from "./state";
import { Steps, Zone } from "./steps";
import "./tracker.css";
import { t } from "./words/tracker";

export function OrderPage({ at }: { at: Route }) {
  const { id, token } = at as Extract<Route, { page: "order" }>;
  const follower = useMemo(() => new Follower(id, token), [id, token]);
  useEffect(() => follower.start(), [follower]);
  useEffect(() => tellWhenReady(follower), [follower]);
  const order = follower.order.value;
  const number = order?.number;
  useEffect(() => {
    document.title = order ? titleOf(order) : "Orderbell";
  }, [number, order?.status, lang.value]);
  const named = follower.shop.value?.name;
  useEffect(() => {
    if (order && token) remember(named ? { ...order, shop: named } : order, token);
  }, [number, named]);
  const loading = follower.loading.value;
  return (
    <div class="page narrow">
      <header class="top">
        <a class="icon-button" href={order ? shopUrl(order.shop) : "/"} aria-label={t().back} onClick={follow}>
          <Icon d={icon.back} />
        </a>
        <h1 class="grow shop-title">{named ?? "Orderbell"}</h1>
        <LangSwitch />
      </header>
      <main>
        {order && <Tracker order={order} shop={follower.shop.value} follower={follower} />}
        {!order && loading === "loading" && <Skeleton rows={4} />}
        {!order && loading === "failed" && <Failed onRetry={() => void follower.fetch()} />}
        {!order && loading === "unknown" && <p class="notice">{t().unknownOrder}</p>}
      </main>
    </div>
  );
}

function Tracker({ order, shop, follower }: { order: Order; shop: Shop | null; follower: Follower }) {
  void tick.value;
  const zone = shop?.timezone ?? "";
  const failed = FAILED.includes(order.status);
  const gone = follower.gone.value;
  const unheard = order.status === "placed" && (shop?.attended === false || waitOf(order, serverNow()) === "late");
  const urgent = failed || gone || unheard || follower.line() === "polling";
  return (
    <>
      <Stale follower={follower} zone={zone} />
      <Hero order={order} shop={shop} />
      <Fresh follower={follower} />
      {urgent && <Call shop={shop} loud />}
      {failed && <Again order={order} class="button primary wide" />}
      {!failed && !gone && <NotifyButton order={order} />}
      {!failed && <Steps order={order} zone={zone} />}
      {!failed && !gone && order.status !== "completed" && <Actions order={order} shop={shop} follower={follower} />}
      <Messages order={order} zone={zone} follower={follower} />
      <Lines order={order} shop={shop} />
      <Zone zone={zone} />
      <div class="order-foot">
        {!urgent && <Call shop={shop} />}
        <ShareButton order={order} />
        {order.status === "completed" && <Again order={order} class="text-button" />}
      </div>
    </>
  );
}

/** Few orders end so that the menu's rules for carts are needed here: they come when one does. */
const again = late<AgainProps>(() => import("./again-link").then((module) => module.AgainLink));

function Again(props: AgainProps & { order: Order }) {
  const plain = (
    <a class={props.class} href={shopUrl(props.order.shop)} onClick={follow}>
      {t().again}
    </a>
  );
  return <again.Part {...props} waiting={plain} failed={plain} />;
}

function Call({ shop, loud = false }: { shop: Shop | null; loud?: boolean }) {
  if (!shop?.phone) return null;
  return (
    <a class={loud ? "button wide" : "text-button"} href={`tel:${shop.phone}`}>
      <Icon d={icon.phone} size={loud ? 24 : 20} /> {t().call(shop.phone)}
    </a>
  );
}

/** Where what is shown may not be so any more: never as if it were now. */
function Stale({ follower, zone }: { follower: Follower; zone: string }) {
  if (follower.gone.value) {
    return (
      <p class="notice bad" role="alert">
        <Icon d={icon.alert} /> {t().gone}
      </p>
    );
  }
  if (follower.line() !== "off") return null;
  return (
    <p class="notice warn" role="status">
      <Icon d={icon.wifi} />
      <span class="grow">
        <b>{t().offline}</b>
        {follower.asOf.value > 0 && <span class="as-of">{t().asOf(clock(follower.asOf.value, zone, lang.value))}</span>}
      </span>
    </p>
  );
}

/** How new what is shown is. */
function Fresh({ follower }: { follower: Follower }) {
  const line = follower.line();
  if (line === "off" || follower.gone.value) return null;
  const ago = Math.max(0, Math.round((Date.now() - follower.heard.value) / 1000));
  return (
    <p class={line === "live" ? "fresh" : "fresh stale"}>
      <span class="dot" /> {t()[line]}
      {follower.heard.value > 0 && ` · ${t().updated(ago)}`}
    </p>
  );
}

function Lines({ order, shop }: { order: Order; shop: Shop | null }) {
  const cost = (minor: number) => price(minor, order.currency);
  return (
    <section aria-labelledby="what">
      <h2 id="what">{t().summary}</h2>
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
          <b class="grow">{t().total}</b>
          <b>{cost(order.total)}</b>
        </li>
      </ul>
    </section>
  );
}
