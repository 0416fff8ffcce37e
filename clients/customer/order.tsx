/** One order, followed: the code, the steps, the facts, and what the customer can still do. */
import { useEffect, useMemo } from "preact/hooks";
import { isOpen } from "../lib/frames";
import { lang } from "../lib/i18n";
import { late } from "../lib/late";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { clock, serverNow, tick } from "../lib/time";
import { waitOf } from "../lib/tracker";
import type { Order, Shop } from "../lib/wire";
import { Follower } from "./follow";
import { canCall, FAILED, Hero, titleOf } from "./hero";
import { NotifyButton } from "./notify";
import { remember } from "./orders";
import type { RestProps } from "./rest";
import { follow, type Route, shopUrl } from "./route";
import { Steps } from "./steps";
import "./tracker.css";
import { Failed, Nothing, Skeleton } from "./waiting";
import { Again, Call } from "./ways-on";
import { t } from "./words/tracker";

export function OrderPage({ at }: { at: Route }) {
  const { id, token } = at as Extract<Route, { page: "order" }>;
  const follower = useMemo(() => new Follower(id, token), [id, token]);
  useEffect(() => follower.start(), [follower]);
  const order = follower.order.value;
  const number = order?.number;
  useEffect(() => {
    document.title = order ? titleOf(order) : "Orderbell";
  }, [number, order?.status, lang.value]);
  const named = follower.shop.value?.name;
  useEffect(() => {
    if (order && token) remember(order, token, named);
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
        {!order && loading === "unknown" && <Nothing text={t().unknownOrder} way={t().home} />}
      </main>
    </div>
  );
}

/** Nothing stands below it, so that nothing moves when it comes. */
const rest = late<RestProps>(() => import("./rest").then((module) => module.Rest));

function Tracker({ order, shop, follower }: { order: Order; shop: Shop | null; follower: Follower }) {
  void tick.value;
  const zone = shop?.timezone ?? "";
  const failed = FAILED.includes(order.status);
  const gone = follower.gone.value;
  const isLate = order.status === "placed" && waitOf(order, serverNow()) === "late";
  const alone = order.status === "placed" && shop?.attended === false && !isLate && !gone;
  const line = follower.line();
  useEffect(rest.ask, [line]); // where it has failed: once more when there is a line
  const urgent = failed || (gone && isOpen(order)) || isLate || line === "polling";
  return (
    <>
      <Stale follower={follower} shop={shop} />
      <Hero order={order} shop={shop} />
      <Fresh follower={follower} />
      {urgent && <Call shop={shop} loud />}
      {alone && <Alone shop={shop} withCall={!urgent} />}
      {(failed || order.status === "completed") && <Again order={order} class="button primary wide" />}
      {!failed && !gone && <NotifyButton order={order} />}
      {!failed && <Steps order={order} zone={zone} />}
      <rest.Part
        order={order}
        shop={shop}
        follower={follower}
        open={!failed && !gone && order.status !== "completed"}
        called={urgent || alone}
        waiting={<Skeleton rows={2} />}
        failed={<Failed onRetry={rest.again} />}
      />
    </>
  );
}

/** Where what is shown may not be so any more: never as if it were now. */
function Stale({ follower, shop }: { follower: Follower; shop: Shop | null }) {
  if (follower.gone.value) {
    // What is over may be erased after a while, as it should be; what is not must not be gone.
    const over = follower.order.value && !isOpen(follower.order.value);
    return (
      <p class={`notice ${over ? "" : "bad"}`} role="alert">
        <Icon d={icon.alert} /> {over ? t().erased : t().gone(canCall(shop))}
      </p>
    );
  }
  if (follower.line() !== "off") return null;
  return (
    <p class="notice warn" role="status">
      <Icon d={icon.wifi} />
      <span class="grow">
        <b>{t().offline}</b>
        {follower.asOf.value > 0 && <span class="as-of">{t().asOf(clock(follower.asOf.value, shop?.timezone ?? "", lang.value))}</span>}
      </span>
    </p>
  );
}

/** Nobody looks at the kitchen's screen. It is known a moment later than the order: at the foot, so that nothing moves when it comes. */
function Alone({ shop, withCall }: { shop: Shop | null; withCall: boolean }) {
  return (
    <div class="alone">
      <p role="status">{t().unattended(canCall(shop))}</p>
      {withCall && <Call shop={shop} loud />}
    </div>
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
