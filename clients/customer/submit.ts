/**
 * Sending an order. The body and its key are stored before the first byte leaves: whatever happens to the answer, to the
 * line or to the page, the same order goes out again with the same key until the server has said yes or no. Only what is old,
 * or has never left the phone that was put away with it, waits for another tap: hunger passes.
 */
import { signal } from "@preact/signals";
import * as api from "../lib/api";
import { backoff, soon } from "../lib/backoff";
import { emptyCart, readCart } from "../lib/cart";
import { lang } from "../lib/i18n";
import { isOld, refuse, send, takeOut } from "../lib/open-cart";
import { load, randomId, save } from "../lib/store";
import type { Order } from "../lib/wire";
import { drafts } from "./form";
import { remember } from "./orders";
import { close, go, orderUrl, overlays } from "./route";
import { cart, cartKey, loadShop, sending, setCart, shop } from "./state";

/** The last refusal, in the server's terms. */
export const refusal = signal<api.Refusal["problem"] | null>(null);
/** The last try was turned away for the crowd: the order waits its turn. */
export const crowded = signal(false);
/** Since when this page has been waiting for the answer, in local ms. */
export const sentAt = signal(0);

let timer: ReturnType<typeof setTimeout> | undefined;
let running = 0;

addEventListener("online", () => checkNow());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") checkNow();
});

/** Send a new order. */
export function submit(body: string): void {
  refusal.value = null;
  setCart(send(cart.value, body, randomId));
  goOn("sending");
}

/** After a reload, or as another tab has it: go on with an order whose fate is unknown, or ask whether it shall go out. */
export function resumeSending(): void {
  const { sent, left } = cart.value;
  const waits = sending.value === "asking" || sending.value === "unsent";
  if (sent === null ? !waits : sending.value !== "idle" && sending.value !== "asking") return;
  if (sent !== null && (!left || isOld(cart.value, Date.now()))) {
    sending.value = "asking";
    return;
  }
  if (sent !== null) goOn("checking");
  else void attempt(0, ++running);
}

/** Yes, send it: the tap of now counts. */
export function sendNow(): void {
  if (sending.value !== "asking") return;
  setCart({ ...cart.value, sentAt: Date.now() });
  goOn(cart.value.left ? "checking" : "sending");
}

function goOn(how: "checking" | "sending"): void {
  crowded.value = false;
  sending.value = how;
  sentAt.value = Date.now();
  void attempt(0, ++running);
}

/** Do not wait for the next try. */
export function checkNow(): void {
  if (sending.value !== "checking" && sending.value !== "unsent") return;
  clearTimeout(timer);
  void attempt(0, ++running);
}

/** Take an order back that has not left the phone, or that is not wanted any more. */
export function takeBack(): void {
  if (sending.value !== "unsent" && sending.value !== "asking") return;
  leaveSending();
  setCart(takeOut(cart.value));
}

/** Stop asking on this page; the cart still knows, and the next visit goes on. */
export function leaveSending(): void {
  running++;
  clearTimeout(timer);
  sending.value = "idle";
  refusal.value = null;
}

async function attempt(tries: number, run: number): Promise<void> {
  const { sent, key } = cart.value;
  if (sent === null) {
    sending.value = "idle"; // another tab has brought it to its end, and shows it
    if (overlays.value.at(-1)?.name === "checkout") close();
    return;
  }
  if (isOld(cart.value, Date.now())) {
    sending.value = "asking"; // the page has slept, or waited too long
    return;
  }
  if (!navigator.onLine && sending.value !== "checking") {
    sending.value = "unsent"; // said by the phone itself: nothing can have left it, and "online" wakes this again
    return;
  }
  if (sending.value === "unsent") sending.value = "sending";
  const name = shop.value?.name;
  if (!cart.value.left) setCart({ ...cart.value, left: true });
  try {
    const { order, token } = await api.postOrder(sent, key, lang.value);
    const waitedFor = cart.value.key === key && sending.value !== "idle"; // maybe by a later try
    placed(order, token, key, name);
    if (!waitedFor) return;
    leaveSending();
    leaveTo(orderUrl(order.id, token));
  } catch (error) {
    if (run !== running) return;
    if (error instanceof api.Refusal && !error.passing) {
      giveBack(error);
      return;
    }
    crowded.value = error instanceof api.Refusal && error.problem.status === 429;
    sending.value = "checking";
    const wait = Math.max(error instanceof api.Refusal ? error.retryAfterMs : 0, tries === 0 ? soon() : backoff(0)); // 3 s at most: somebody is looking
    timer = setTimeout(() => void attempt(tries + 1, run), wait);
  }
}

/** It is an order of this phone, whether anybody still waits for it or has gone on; its cart is done, unless another has begun. */
function placed(order: Order, token: string, key: string, name: string | undefined): void {
  const kept = cartKey(order.shop);
  if (cart.value.key === key) setCart(emptyCart(randomId));
  else if (readCart(load(kept, null), randomId).key === key) save(kept, null);
  drafts.delete(order.shop);
  remember(order, token, name);
}

/** The sheets above the menu leave the history, so that "back" from the order leads to the menu. */
function leaveTo(url: string): void {
  const depth = overlays.value.length;
  if (depth === 0) {
    go(url);
    return;
  }
  addEventListener("popstate", () => go(url), { once: true });
  history.go(-depth);
}

function giveBack(error: api.Refusal): void {
  setCart(refuse(cart.value));
  refusal.value = error.problem;
  sending.value = "idle";
  const slug = shop.value?.slug;
  if (slug && ["price_changed", "item_unavailable", "shop_closed", "validation"].includes(error.problem.code)) {
    void loadShop(slug, lang.value);
  }
}
