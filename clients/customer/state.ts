/** What a menu's page knows: the shop on view, and its cart. */
import { computed, effect, signal } from "@preact/signals";
import * as api from "../lib/api";
import { type Cart, emptyCart, readCart } from "../lib/cart";
import type { ServerFrame } from "../lib/frames";
import { lang } from "../lib/i18n";
import { money } from "../lib/money";
import { Link, type LinkState, socketUrl } from "../lib/socket";
import { load, randomId } from "../lib/store";
import { serverNow } from "../lib/time";
import type { Shop } from "../lib/wire";
import { keepShop, keepSurely, keptShop } from "./kept";
import { open } from "./route";

export type Loading = "loading" | "ok" | "failed" | "unknown";

export const shop = signal<Shop | null>(null);
export const shopLoading = signal<Loading>("loading");
export const shopLink = signal<LinkState>("connecting");
/** When the menu on view was the shop's, in server ms, where it is one that was kept; null where it is of now. */
export const shopAsOf = signal<number | null>(null);
/** The table of the link, for dine-in. */
export const table = signal("");
const tables = new Map<string, string>();

// --- the cart -------------------------------------------------------------------------------------------------------------

export const cartKey = (slug: string) => `orderbell.cart.${slug}`;
let cartSlug = "";

export const cart = signal<Cart>(emptyCart(randomId));

/** Change the cart, and keep it. */
export function setCart(next: Cart): void {
  cart.value = next;
  keepSurely(cartKey(cartSlug), next);
}

/** "unsent": the phone is offline and nothing has left it yet. "checking": the order may have arrived. "asking": whether it shall go out at all. */
export type Sending = "idle" | "sending" | "unsent" | "checking" | "asking";

export const sending = signal<Sending>("idle");

/** Change what is in the cart. While an order of it is on its way, or where it is full, nothing changes: that is shown instead. */
export function changeCart(next: Cart): void {
  if (cart.value.sent !== null) open({ name: "checkout" });
  else if (next === cart.value) open({ name: "cart" });
  else setCart(next);
}

const readAgain = () => {
  cart.value = readCart(load(cartKey(cartSlug), null), randomId);
};
addEventListener("storage", (event) => {
  if (cartSlug && event.key === cartKey(cartSlug)) readAgain();
});
addEventListener("pageshow", (event) => {
  if (cartSlug && event.persisted) readAgain(); // kept asleep behind another page, it has heard of nothing
});

// --- the shop -------------------------------------------------------------------------------------------------------------

let link: Link | null = null;

/** Show a shop: its menu by HTTP at once, its openness live by the socket. Return what ends it. */
export function watchShop(slug: string, atTable: string): () => void {
  if (shop.value?.slug !== slug) shop.value = null;
  if (atTable) tables.set(slug, atTable); // whoever orders another round still sits there
  table.value = tables.get(slug) ?? "";
  cartSlug = slug;
  cart.value = readCart(load(cartKey(slug), null), randomId);
  keepSurely(cartKey(slug), cart.value);
  shopLoading.value = shop.value ? "ok" : "loading";
  let first = true;
  const unwatchLang = effect(() => {
    void loadShop(slug, lang.value);
    if (!first) link?.restart();
    first = false;
  });
  link = new Link({
    url: socketUrl(),
    hello: () => ({ type: "hello", role: "guest", shop: slug, lang: lang.value }),
    onFrame: (frame) => takeShop(slug, frame),
    onState: (state) => {
      shopLink.value = state;
    },
    ping: () => ({ type: "ping" }),
    pingEveryMs: 20_000,
    deadAfterMs: 10_000,
  });
  link.start();
  return () => {
    unwatchLang();
    link?.stop();
    link = null;
  };
}

function takeShop(slug: string, frame: ServerFrame): void {
  if ((frame.type === "welcome" || frame.type === "shop") && frame.shop?.slug === slug) {
    shop.value = { ...shop.value, ...frame.shop };
    if (!frame.shop.categories) return;
    shopLoading.value = "ok";
    shopAsOf.value = null;
  }
}

/** Ask for the menu again. */
export async function loadShop(slug: string, language: string): Promise<void> {
  try {
    const answer = await api.getShop(slug, language);
    if (cartSlug !== slug || lang.value !== language) return;
    shop.value = answer.shop;
    shopAsOf.value = null;
    shopLoading.value = "ok";
    keepShop(answer.shop, language, serverNow());
  } catch (error) {
    if (cartSlug !== slug || shop.value) return;
    const unknown = error instanceof api.Refusal && error.problem.code === "unknown_shop"; // another's 404 says nothing
    shopLoading.value = unknown ? "unknown" : "failed";
    if (unknown) link?.stop();
    else recall(slug);
  }
}

/** Show the menu that was seen here last, until there is a newer one. */
function recall(slug: string): void {
  const kept = keptShop(slug);
  if (!kept) return;
  shop.value = { ...kept.shop, attended: true }; // who looks at the kitchen's screen now is not known
  shopAsOf.value = kept.at;
  shopLoading.value = "ok";
}

/** A price in the words of the language that is spoken. */
export const price = (minor: number, currency: string): string => money(minor, currency, lang.value);

/** Why the shop takes no orders now, or null. */
export const shut = computed<"paused" | "closed" | null>(() => {
  const now = shop.value;
  if (!now) return null;
  if (now.accepting === "paused") return "paused";
  return now.accepting === "closed" || !now.open ? "closed" : null;
});
