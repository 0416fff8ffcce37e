/** One shop's menu: rail and list that follow each other, and the cart within reach. */
import { useEffect, useRef } from "preact/hooks";
import { useSignal, useSignalEffect } from "@preact/signals";
import { add, count, countOf, setQuantity, total } from "../lib/cart";
import { lang } from "../lib/i18n";
import { isAvailable, unitPrice } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { randomId } from "../lib/store";
import { clock } from "../lib/time";
import type { Item, Shop } from "../lib/wire";
import { common } from "../lib/words";
import { CartLines, CartSheet, CartTotal } from "./cart";
import { CheckoutSheet } from "./checkout";
import { OptionSheet } from "./options";
import { follow, open, overlays, type Route } from "./route";
import { Failed, hue, Skeleton } from "./shops";
import { cart, loadShop, price, setCart, shop, shopLink, shopLoading, table, watchShop } from "./state";
import { leaveSending, resumeSending, sending } from "./submit";
import { t } from "./words";

const wide = matchMedia("(min-width: 1024px)");

export function MenuPage({ at }: { at: Route }) {
  const { slug, table: atTable } = at as Extract<Route, { page: "menu" }>;
  useSignalEffect(() => {
    // Somebody is going to order: the tracker should be here before it is needed.
    if (cart.value.lines.length > 0) import("./order").catch(() => {});
  });
  useEffect(() => {
    const end = watchShop(slug);
    table.value = atTable;
    resumeSending();
    if (sending.value !== "idle") open({ name: "checkout" });
    return () => {
      leaveSending();
      end();
    };
  }, [slug]);
  const now = shop.value;
  useEffect(() => {
    document.title = now ? `${now.name} · Orderbell` : "Orderbell";
  }, [now?.name]);
  if (!now) {
    return (
      <div class="page narrow">
        <TopBar />
        <main>
          {shopLoading.value === "loading" && <Skeleton rows={6} />}
          {shopLoading.value === "failed" && <Failed onRetry={() => void loadShop(slug, lang.value)} />}
          {shopLoading.value === "unknown" && <p class="notice">{t().unknownShop}</p>}
        </main>
      </div>
    );
  }
  const top = overlays.value.at(-1);
  return (
    <>
      <Menu shop={now} />
      {top?.name === "options" && <OptionSheet key={`${top.item} ${top.line}`} shop={now} itemId={top.item} lineId={top.line} />}
      {top?.name === "cart" && <CartSheet shop={now} />}
      {top?.name === "checkout" && <CheckoutSheet shop={now} />}
    </>
  );
}

function TopBar({ shop: now }: { shop?: Shop }) {
  return (
    <header class="top">
      <a class="icon-button" href="/" aria-label={t().home} onClick={follow}>
        <Icon d={icon.back} />
      </a>
      {now && (
        <>
          <span class={`monogram small hue-${hue(now.slug)}`} aria-hidden="true">
            {[...now.name][0]}
          </span>
          <h1 class="grow shop-title">{now.name}</h1>
          {table.value && <span class="chip">{common().table(table.value)}</span>}
        </>
      )}
      {!now && <h1 class="grow shop-title">Orderbell</h1>}
      <LangSwitch />
    </header>
  );
}

function Menu({ shop: now }: { shop: Shop }) {
  const list = useRef<HTMLElement>(null);
  const active = useSignal(now.categories[0]?.id ?? "");
  const isWide = useSignal(wide.matches);
  useEffect(() => {
    const change = () => {
      isWide.value = wide.matches;
    };
    wide.addEventListener("change", change);
    return () => wide.removeEventListener("change", change);
  }, []);

  const follows = () => {
    const box = list.current;
    if (!box) return;
    const line = box.getBoundingClientRect().top + 24;
    const heads = [...box.querySelectorAll<HTMLElement>("section[data-id]")];
    const atEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 2 && box.scrollTop > 0;
    const seen = atEnd ? heads.at(-1) : (heads.filter((head) => head.getBoundingClientRect().top <= line).at(-1) ?? heads[0]);
    active.value = seen?.dataset.id ?? "";
    document.querySelector(`.rail [href="#${CSS.escape(`c-${active.value}`)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const jump = (event: MouseEvent, id: string) => {
    event.preventDefault();
    const target = document.getElementById(`c-${id}`);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    target?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };

  return (
    <div class="menu">
      <TopBar shop={now} />
      <Openness shop={now} />
      <div class="menu-body">
        <nav class="rail" aria-label={t().categories}>
          {now.categories.map((category) => (
            <a
              key={category.id}
              href={`#c-${category.id}`}
              aria-current={active.value === category.id ? "true" : undefined}
              onClick={(event) => jump(event, category.id)}
            >
              {category.name}
              <Badge n={category.items.reduce((sum, item) => sum + countOf(cart.value, item.id), 0)} />
            </a>
          ))}
        </nav>
        <main class="list" ref={list} onScroll={follows} aria-label={t().menu} tabIndex={-1}>
          {now.categories.map((category) => (
            <section key={category.id} id={`c-${category.id}`} data-id={category.id} aria-labelledby={`h-${category.id}`}>
              <h2 id={`h-${category.id}`} tabIndex={-1}>
                {category.name}
              </h2>
              <ul class="items">
                {category.items.map((item) => (
                  <ItemRow key={item.id} item={item} currency={now.currency} />
                ))}
              </ul>
            </section>
          ))}
        </main>
        {isWide.value && (
          <aside class="cart-aside" aria-label={t().cart}>
            <h2>{t().cart}</h2>
            <div class="cart-aside-lines">
              <CartLines shop={now} />
            </div>
            {cart.value.lines.length > 0 && <CartTotal shop={now} />}
          </aside>
        )}
      </div>
      {!isWide.value && <CartBar shop={now} />}
    </div>
  );
}

const Badge = ({ n }: { n: number }) => (n > 0 ? <span class="badge">{n}</span> : null);

/** Whether the shop takes orders, as it changes. */
export function Openness({ shop: now }: { shop: Shop }) {
  let text = "";
  let kind = "warn";
  if (now.accepting === "paused") {
    text = now.paused_until ? t().pausedUntil(clock(now.paused_until, now.timezone, lang.value)) : t().paused;
  } else if (now.accepting === "closed" || !now.open) {
    text = t().closedNow;
    kind = "bad";
  } else if (now.accepting === "busy") {
    text = now.busy_minutes ? t().busy(now.busy_minutes) : t().busyPlain;
  }
  const offline = shopLink.value === "waiting";
  return (
    <div role="status" class="banner-place">
      {text && <p class={`banner ${kind}`}><Icon d={icon.clock} size={18} /> {text}</p>}
      {offline && !text && <p class="banner"><Icon d={icon.wifi} size={18} /> {t().stale}</p>}
    </div>
  );
}

function ItemRow({ item, currency }: { item: Item; currency: string }) {
  const here = isAvailable(item);
  const inCart = countOf(cart.value, item.id);
  const mustChoose = item.options.length > 0;
  const cheapest = cheapestPrice(item);
  const shown = price(cheapest, currency);
  const varies = item.options.some((group) => group.min > 0 && group.choices.some((choice) => choice.price > 0));
  const plain = cart.value.lines.filter((line) => line.item === item.id).at(-1);
  const addOne = () =>
    setCart(add(cart.value, { id: randomId(), item: item.id, options: [], note: "", quantity: 1, seen: unitPrice(item, []) }));
  return (
    <li class={here ? "item" : "item out"}>
      <div class="grow">
        <h3>{item.name}</h3>
        {item.description && <p class="muted description">{item.description}</p>}
        <p class="price">{varies ? t().from(shown) : shown}</p>
      </div>
      <div class="item-do">
        {!here && <span class="chip">{t().soldOut}</span>}
        {here && mustChoose && (
          <button
            type="button"
            class="button choose"
            aria-label={t().chooseFor(item.name) + (inCart ? `, ${t().inCart(inCart)}` : "")}
            onClick={() => open({ name: "options", item: item.id })}
          >
            {t().choose}
            <Badge n={inCart} />
          </button>
        )}
        {here && !mustChoose && (
          <Stepper
            name={item.name}
            n={inCart}
            onAdd={addOne}
            onRemove={() => plain && setCart(setQuantity(cart.value, plain.id, plain.quantity - 1))}
          />
        )}
      </div>
    </li>
  );
}

function cheapestPrice(item: Item): number {
  return item.options.reduce((sum, group) => {
    const prices = group.choices.map((choice) => choice.price).sort((a, b) => a - b);
    return sum + prices.slice(0, group.min).reduce((a, b) => a + b, 0);
  }, item.price);
}

export function Stepper({ name, n, onAdd, onRemove }: { name: string; n: number; onAdd: () => void; onRemove: () => void }) {
  return (
    <div class="stepper" role="group" aria-label={name}>
      {n > 0 && (
        <>
          <button type="button" aria-label={t().removeOne(name)} onClick={onRemove}>
            <Icon d={icon.minus} />
          </button>
          <output aria-label={t().quantity}>{n}</output>
        </>
      )}
      <button type="button" class="plus" aria-label={t().addOne(name)} onClick={onAdd}>
        <Icon d={icon.plus} />
      </button>
    </div>
  );
}

function CartBar({ shop: now }: { shop: Shop }) {
  const n = count(cart.value);
  const sum = price(total(cart.value, now), now.currency);
  if (n === 0) return null;
  return (
    <div class="cart-bar">
      <button type="button" class="button primary cart-button" onClick={() => open({ name: cart.value.sent === null ? "cart" : "checkout" })}>
        <span class="cart-icon" aria-hidden="true">
          <Icon d={icon.bag} />
          <Badge n={n} />
        </span>
        <span class="grow">
          {cart.value.sent === null ? t().viewCart : t().checking}
          <span class="hidden">{t().holding(n)}</span>
        </span>
        <b>{sum}</b>
      </button>
    </div>
  );
}
