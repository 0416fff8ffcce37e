/** The orders of this phone: look at one, order it again, forget it. */
import { useSignal } from "@preact/signals";
import * as api from "../lib/api";
import { readCart } from "../lib/cart";
import type { Status } from "../lib/frames";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { load, randomId } from "../lib/store";
import type { Order, ShopCard } from "../lib/wire";
import { common } from "../lib/words";
import { AgainLink } from "./again-link";
import { keptOrder } from "./kept";
import { forgetMe } from "./me";
import { type Past, past, setPast } from "./orders";
import { close, follow, orderUrl, shopUrl } from "./route";
import "./past.css";
import { cartKey } from "./state";
import { t } from "./words/past";

/** The list with its heading, for the page of all shops. */
export function PastOrders({ shops }: { shops: readonly ShopCard[] }) {
  if (past.value.length === 0) return null;
  return (
    <section aria-labelledby="past">
      <h2 id="past">{t().title}</h2>
      <PastList shops={shops} />
    </section>
  );
}

/** Carts whose order is still under way, or never went out: their shop's page looks after them. */
export function UnderWay({ slugs, shops }: { slugs: readonly string[]; shops: readonly ShopCard[] }) {
  return (
    <>
      {slugs.map((slug) => (
        <p key={slug} class="notice warn">
          <Icon d={icon.alert} />
          <span class="grow">
            <b class="row-name">{shops.find((shop) => shop.slug === slug)?.name ?? slug}</b>
            {readCart(load(cartKey(slug), null), randomId).left ? t().maybeSent : t().notSent}
          </span>
          <a class="button quiet" href={shopUrl(slug)} onClick={follow}>
            {t().look}
          </a>
        </p>
      ))}
    </>
  );
}

/** The same over a menu. */
export function PastSheet() {
  return (
    <Sheet title={t().title} onClose={close}>
      {past.value.length === 0 ? <p class="muted">{t().none}</p> : <PastList shops={[]} />}
    </Sheet>
  );
}

/** An order that was kept before its shop's name was known is under the shop's address: here the name is known. */
function PastList({ shops }: { shops: readonly ShopCard[] }) {
  const forgetting = useSignal<Past | "all" | null>(null);
  const end = () => {
    forgetting.value = null;
  };
  const forget = () => {
    const which = forgetting.value;
    setPast(which === "all" ? [] : past.value.filter((one) => one !== which));
    if (which === "all") forgetMe();
    end();
  };
  return (
    <>
      <ul class="rows past">
        {past.value.map((one) => (
          <PastRow
            key={one.id}
            one={one}
            shop={shops.find((shop) => shop.slug === one.shop)?.name ?? one.shop}
            onForget={() => {
              forgetting.value = one;
            }}
          />
        ))}
      </ul>
      <p class="past-foot">
        <span class="muted small grow">{t().onThisPhone}</span>
        <button
          type="button"
          class="text-button"
          onClick={() => {
            forgetting.value = "all";
          }}
        >
          {t().forgetAll}
        </button>
      </p>
      {forgetting.value && (
        <Sheet
          kind="center"
          title={forgetting.value === "all" ? t().forgetAllTitle : t().forgetTitle(forgetting.value.number)}
          onClose={end}
        >
          <p>{forgetting.value === "all" ? t().forgetAllText : t().forgetText}</p>
          <div class="action-row">
            <button type="button" class="button" onClick={end}>
              {t().keep}
            </button>
            <button type="button" class="button danger" onClick={forget}>
              {t().yesForget}
            </button>
          </div>
        </Sheet>
      )}
    </>
  );
}

function PastRow({ one, shop, onForget }: { one: Past; shop: string; onForget: () => void }) {
  const kept = keptOrder(one.id)?.order;
  return (
    <li>
      <a class="row" href={orderUrl(one.id, one.token)} onClick={follow}>
        <b class="code">
          <span class="hidden">{t().order} </span>
          {one.number}
        </b>
        <span class="grow">
          <span class="row-name">{shop}</span>
          <span class="row-facts">
            <time class="muted small" dateTime={one.at}>
              {new Date(one.at).toLocaleString(lang.value, WHEN)}
            </time>
            {kept && <span class={`chip ${tone(kept.status)}`}>{common().status[kept.status]}</span>}
          </span>
        </span>
      </a>
      <div class="row-do">
        <AgainLink order={kept ?? (() => fetched(one))} class="text-button" label={t().againFor(one.number)} />
        <button type="button" class="icon-button" aria-label={t().forget(one.number)} onClick={onForget}>
          <Icon d={icon.bin} size={20} />
        </button>
      </div>
    </li>
  );
}

/** An order whose lines this phone has not kept. */
const fetched = async (one: Past): Promise<Order> => (await api.getOrder(one.id, one.token)).order;

const WHEN: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const tone = (status: Status): string =>
  ["ready", "dispatched"].includes(status) ? "ok" : ["rejected", "expired", "cancelled"].includes(status) ? "bad" : "";
