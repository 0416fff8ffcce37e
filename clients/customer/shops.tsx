/** The first page: which shops there are, and the orders of this phone. */
import { useSignal, useSignalEffect } from "@preact/signals";
import * as api from "../lib/api";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import type { ShopCard } from "../lib/wire";
import { common } from "../lib/words";
import { follow, orderUrl, shopUrl } from "./route";
import { past } from "./state";
import { t } from "./words";

export function ShopsPage() {
  const shops = useSignal<ShopCard[] | null>(null);
  const failed = useSignal(false);
  const load = async (language: string) => {
    failed.value = false;
    try {
      shops.value = (await api.getShops(language)).shops;
    } catch {
      failed.value = true;
    }
  };
  useSignalEffect(() => {
    document.title = "Orderbell";
    void load(lang.value);
  });
  return (
    <div class="page narrow">
      <header class="top">
        <span class="brand">
          <span class="brand-mark">
            <Icon d={icon.bell} size={22} />
          </span>
          Orderbell
        </span>
        <LangSwitch />
      </header>
      <main>
        <h1>{t().shops}</h1>
        {failed.value && <Failed onRetry={() => void load(lang.value)} />}
        {shops.value?.length === 0 && <p class="muted">{t().noShops}</p>}
        {shops.value === null && !failed.value && <Skeleton rows={3} />}
        <ul class="cards" aria-label={t().shops}>
          {shops.value?.map((shop) => (
            <li key={shop.slug}>
              <a class="card shop-card" href={shopUrl(shop.slug)} onClick={follow}>
                <span class={`monogram hue-${hue(shop.slug)}`} aria-hidden="true">
                  {[...shop.name][0]}
                </span>
                <span class="grow shop-name">{shop.name}</span>
                <span class={shop.open ? "chip ok" : "chip"}>{shop.open ? t().open : t().closed}</span>
                <Icon d={icon.next} size={20} />
              </a>
            </li>
          ))}
        </ul>
        {past.value.length > 0 && <PastOrders />}
      </main>
    </div>
  );
}

function PastOrders() {
  return (
    <section aria-labelledby="past">
      <h2 id="past">{t().yourOrders}</h2>
      <ul class="rows">
        {past.value.map((order) => (
          <li key={order.id}>
            <a class="row" href={orderUrl(order.id, order.token)} onClick={follow} aria-label={t().order(order.number)}>
              <b class="code">{order.number}</b>
              <span class="grow">
                <span class="row-name">{order.shop}</span>
                <time class="muted small" dateTime={order.at}>
                  {new Date(order.at).toLocaleString(lang.value, { dateStyle: "medium", timeStyle: "short" })}
                </time>
              </span>
              <Icon d={icon.next} size={20} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <Icon d={icon.alert} />
      <p class="grow">{t().loadFailed}</p>
      <button type="button" class="button quiet" onClick={onRetry}>
        {common().retry}
      </button>
    </div>
  );
}

export function Skeleton({ rows }: { rows: number }) {
  return (
    <div class="skeletons" role="status" aria-label={common().loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div class="skeleton" key={index} />
      ))}
    </div>
  );
}

/** One of six quiet colours, always the same for one shop. */
export const hue = (text: string): number => [...text].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % 6;
