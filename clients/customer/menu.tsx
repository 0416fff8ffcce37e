/** One shop's menu: rail and list that follow each other, a search, and the cart within reach. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { add, count, countOf, setQuantity, total } from "../lib/cart";
import { lang } from "../lib/i18n";
import { late, soon, whenIdle } from "../lib/late";
import { isAvailable, lowestPrice, search, unitPrice } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { randomId } from "../lib/store";
import type { Item, Shop } from "../lib/wire";
import { common } from "../lib/words";
import "./menu.css";
import { Monogram } from "./monogram";
import { past } from "./orders";
import { pages } from "./pages";
import { Badge, Openness, Stepper, Unattended } from "./parts";
import { closedAt, follow, open, overlays, type Route } from "./route";
import { SearchField } from "./search";
import { cart, changeCart, loadShop, price, shop, shopAsOf, shopLoading, shut, table, watchShop } from "./state";
import { Failed, Nothing, Skeleton } from "./waiting";
import { t } from "./words";

const wide = matchMedia("(min-width: 1024px)");

/** What lies over the menu, and the cart beside it: not needed to look at a menu, and here before anybody taps. */
const sheets = late<{ shop: Shop }>(() => import("./sheets").then((module) => module.Sheets));
const aside = late<{ shop: Shop }>(() => import("./sheets").then((module) => module.CartAside));

/** Only who has ordered before may have an order under way. */
const running = late<{ slug: string }>(() => import("./running").then((module) => module.RunningOrder));

export function MenuPage({ at }: { at: Route }) {
  const { slug, table: atTable } = at as Extract<Route, { page: "menu" }>;
  useSignalEffect(() => {
    // Somebody is going to order: the tracker should be here before it is needed.
    if (cart.value.lines.length > 0) whenIdle(pages.order.ask);
  });
  useEffect(() => watchShop(slug, atTable), [slug, atTable]);
  const now = shop.value;
  useEffect(() => {
    document.title = now ? `${now.name} · Orderbell` : "Orderbell";
  }, [now?.name]);
  useEffect(() => (now ? soon(sheets.ask) : undefined), [now === null]);
  if (!now) {
    return (
      <div class="page narrow">
        <TopBar />
        <main>
          {shopLoading.value === "loading" && <Skeleton rows={6} />}
          {shopLoading.value === "failed" && <Failed onRetry={() => void loadShop(slug, lang.value)} />}
          {shopLoading.value === "unknown" && <Nothing text={t().unknownShop} way={t().home} />}
        </main>
      </div>
    );
  }
  const over = overlays.value.length > 0;
  return (
    <>
      <Menu shop={now} />
      {(over || sheets.isHere() || cart.value.sent !== null) && (
        <sheets.Part
          shop={now}
          waiting={over && <p class="toast" role="status"><span class="spinner" /> {common().loading}</p>}
          failed={over && <div class="toast"><Failed onRetry={sheets.again} /></div>}
        />
      )}
    </>
  );
}

function TopBar({ shop: now }: { shop?: Shop }) {
  const openNow = !shut.value && shopAsOf.value === null;
  return (
    <header class="top">
      <a class="icon-button" href="/" aria-label={t().home} onClick={follow}>
        <Icon d={icon.back} />
      </a>
      {now && <Monogram shop={now} />}
      <div class="grow">
        <h1 class="shop-title">{now?.name ?? "Orderbell"}</h1>
        {now && (table.value || openNow) && (
          <p class="shop-line">
            {openNow && <span class="open-now">{t().open}</span>}
            {table.value && <b>{common().table(table.value)}</b>}
          </p>
        )}
      </div>
      <LangSwitch />
      {now && (
        <button type="button" class="icon-button" aria-label={t().more} aria-haspopup="dialog" onClick={() => open({ name: "about" })}>
          <Icon d={icon.more} />
        </button>
      )}
    </header>
  );
}

function Menu({ shop: now }: { shop: Shop }) {
  const list = useRef<HTMLElement>(null);
  const wanted = useSignal("");
  const jumpTo = useRef("");
  const active = useSignal("");
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
  const jump = () => {
    const target = document.getElementById(`c-${jumpTo.current}`);
    jumpTo.current = "";
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    target?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };
  useEffect(() => {
    if (jumpTo.current) jump(); // the search that hid the category is gone
    else if (wanted.value) list.current?.scrollTo(0, 0);
    follows();
  }, [wanted.value]);
  const found = search(now.categories, wanted.value);
  const dishes = wanted.value.trim() ? found.reduce((sum, category) => sum + category.items.length, 0) : null;

  return (
    <div class="menu">
      <TopBar shop={now} />
      <SearchField wanted={wanted} dishes={dishes} />
      <Openness shop={now} />
      <Unattended shop={now} />
      <div class="menu-body">
        <nav class="rail" aria-label={t().categories}>
          {now.categories.map((category) => (
            <a
              key={category.id}
              href={`#c-${category.id}`}
              aria-current={active.value === category.id ? "true" : undefined}
              onClick={(event) => {
                event.preventDefault();
                jumpTo.current = category.id;
                if (wanted.value) wanted.value = "";
                else jump();
              }}
            >
              {category.name}
              <Badge n={category.items.reduce((sum, item) => sum + countOf(cart.value, item.id), 0)} />
            </a>
          ))}
        </nav>
        <main class="list" ref={list} onScroll={follows} aria-label={t().menu} tabIndex={-1}>
          {found.map((category) => (
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
          {now.categories.length === 0 && <p class="empty muted">{t().noDishes}</p>}
          {dishes === 0 && (
            <div class="empty">
              <Icon d={icon.search} size={40} />
              <p>{t().noMatch(wanted.value.trim())}</p>
              <button type="button" class="button quiet" onClick={() => { wanted.value = ""; }}>
                {t().clearSearch}
              </button>
            </div>
          )}
        </main>
        {isWide.value && <aside.Part shop={now} waiting={<div class="cart-aside" />} failed={<div class="cart-aside"><Failed onRetry={aside.again} /></div>} />}
      </div>
      {past.value.length > 0 && <running.Part slug={now.slug} waiting={null} failed={null} />}
      {!isWide.value && <CartBar shop={now} />}
    </div>
  );
}

function ItemRow({ item, currency }: { item: Item; currency: string }) {
  const here = isAvailable(item);
  const inCart = countOf(cart.value, item.id);
  const mustChoose = item.options.length > 0;
  const { least, varies } = lowestPrice(item);
  const shown = price(least, currency);
  const plain = cart.value.lines.filter((line) => line.item === item.id).at(-1);
  const line = { item: item.id, name: item.name, options: [], note: "", quantity: 1, seen: unitPrice(item, []) };
  return (
    <li class={here ? "item" : "item out"}>
      <div class="grow">
        <h3>{item.name}</h3>
        {item.description && <p class="muted description">{item.description}</p>}
        <p class="price">{varies ? t().from(shown) : shown}</p>
      </div>
      {!here && <span class="chip">{t().soldOut}</span>}
      {here && mustChoose && (
        <button
          type="button"
          class="button choose"
          aria-label={t().chooseFor(item.name) + (inCart ? `, ${t().inCart(inCart)}` : "")}
          aria-haspopup="dialog"
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
          onAdd={() => changeCart(add(cart.value, { ...line, id: randomId() }))}
          onRemove={() => plain && changeCart(setQuantity(cart.value, plain.id, plain.quantity - 1))}
        />
      )}
    </li>
  );
}

const DOUBLE_TAP_MS = 400;
const FINGER_PX = 48;
let tapped: MouseEvent | undefined;
let before: MouseEvent | undefined;
addEventListener("click", (event) => {
  before = tapped;
  tapped = event;
}, true);

/** The second half of a double tap meant what stood there a moment ago: a sheet's button, or a dish's plus. */
function isSecond(event: MouseEvent): boolean {
  if (!before || event.detail === 0) return false; // by the keyboard
  const near = Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) < FINGER_PX;
  return near && event.timeStamp - Math.max(before.timeStamp, closedAt) < DOUBLE_TAP_MS;
}

function CartBar({ shop: now }: { shop: Shop }) {
  const n = count(cart.value);
  if (n === 0) return null;
  const sent = cart.value.sent !== null;
  return (
    <div class="cart-bar">
      <button type="button" class="button primary cart-button" aria-haspopup="dialog" onClick={(event) => !isSecond(event) && open({ name: sent ? "checkout" : "cart" })}>
        <span class="cart-icon" aria-hidden="true">
          <Icon d={icon.bag} />
          <Badge n={n} />
        </span>
        <span class="grow">
          {!sent ? t().viewCart : cart.value.left ? t().checking : t().unsent}
          <span class="hidden">{t().holding(n)}</span>
        </span>
        <b>{price(total(cart.value, now), now.currency)}</b>
      </button>
    </div>
  );
}
