/** The first page: which shops there are, and the orders of this phone. */
import { useSignal, useSignalEffect } from "@preact/signals";
import * as api from "../lib/api";
import { lang } from "../lib/i18n";
import { late } from "../lib/late";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { load, save } from "../lib/store";
import type { ShopCard } from "../lib/wire";
import { keys } from "./kept";
import { Monogram } from "./monogram";
import { past } from "./orders";
import { follow, shopUrl } from "./route";
import "./shops.css";
import { Failed, Skeleton } from "./waiting";
import { t } from "./words";

const KEPT = "orderbell.shops";
const CART = "orderbell.cart.";
const underWay = late<{ slugs: readonly string[]; shops: readonly ShopCard[] }>(() => import("./past").then((module) => module.UnderWay));
const pastOrders = late<{ shops: readonly ShopCard[] }>(() => import("./past").then((module) => module.PastOrders));

/** The shops whose cart has been sent, and nobody knows what became of it. */
const sentCarts = (): string[] =>
  keys(CART)
    .filter((key) => load<{ sent?: unknown } | null>(key, null)?.sent)
    .map((key) => key.slice(CART.length));

export function ShopsPage() {
  const shops = useSignal<ShopCard[] | null>(null);
  const failed = useSignal(false);
  const ask = async (language: string) => {
    failed.value = false;
    try {
      shops.value = (await api.getShops(language)).shops;
      save(KEPT, shops.value);
    } catch {
      failed.value = true;
      shops.value ??= load<ShopCard[] | null>(KEPT, null); // their menus may have been kept too
    }
  };
  useSignalEffect(() => {
    document.title = "Orderbell";
    void ask(lang.value);
  });
  const orders = past.value; // once it is placed, a cart is one of these
  const sent = sentCarts();
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
        {sent.length > 0 && <underWay.Part slugs={sent} shops={shops.value ?? []} waiting={null} failed={null} />}
        {failed.value && <Failed onRetry={() => void ask(lang.value)} />}
        {shops.value?.length === 0 && <p class="muted">{t().noShops}</p>}
        {shops.value === null && !failed.value && <Skeleton rows={3} />}
        <ul class="cards" aria-label={t().shops}>
          {shops.value?.map((shop) => (
            <li key={shop.slug}>
              <a class="card shop-card" href={shopUrl(shop.slug)} onClick={follow}>
                <Monogram shop={shop} />
                <span class="grow shop-name">{shop.name}</span>
                {!failed.value && <span class={shop.open ? "chip ok" : "chip"}>{shop.open ? t().open : t().closed}</span>}
                <Icon d={icon.next} size={20} />
              </a>
            </li>
          ))}
        </ul>
        {orders.length > 0 && <pastOrders.Part shops={shops.value ?? []} waiting={<Skeleton rows={1} />} failed={null} />}
      </main>
    </div>
  );
}
