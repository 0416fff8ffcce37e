/**
 * Sending an order. The body and its key are stored before the first byte leaves: whatever happens to the answer, to the
 * line or to the page, the same order goes out again with the same key until the server has said yes or no.
 */
import { signal } from "@preact/signals";
import * as api from "../lib/api";
import { backoff } from "../lib/backoff";
import { emptyCart, refuse, send } from "../lib/cart";
import { lang } from "../lib/i18n";
import { randomId } from "../lib/store";
import { close, go, orderUrl, overlays } from "./route";
import { drafts } from "./form";
import { cart, loadShop, remember, sending, setCart, shop } from "./state";

/** The last refusal, in the server's terms. */
export const refusal = signal<api.Refusal["problem"] | null>(null);
/** When the first try left, in local ms. */
export const sentAt = signal(0);

let timer: ReturnType<typeof setTimeout> | undefined;
let running = 0;

addEventListener("online", () => checkNow());

/** Send a new order. */
export function submit(body: string): void {
  refusal.value = null;
  setCart(send(cart.value, body, randomId));
  sending.value = "sending";
  sentAt.value = Date.now();
  void attempt(0, ++running);
}

/** After a reload: go on with an order whose fate is unknown. */
export function resumeSending(): void {
  if (cart.value.sent === null || sending.value !== "idle") return;
  sending.value = "checking";
  sentAt.value = Date.now();
  void attempt(0, ++running);
}

/** Do not wait for the next try. */
export function checkNow(): void {
  if (sending.value !== "checking" && sending.value !== "unsent") return;
  clearTimeout(timer);
  void attempt(0, ++running);
}

/** Take an order back that has not left the phone. */
export function takeBack(): void {
  if (sending.value !== "unsent") return;
  leaveSending();
  setCart(refuse(cart.value));
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
  if (!navigator.onLine && sending.value !== "checking") {
    sending.value = "unsent"; // said by the phone itself: nothing can have left it, and "online" wakes this again
    return;
  }
  if (sending.value === "unsent") sending.value = "sending";
  try {
    const { order, token } = await api.postOrder(sent, key, lang.value);
    if (run !== running) return;
    remember(order, token);
    if (cart.value.key === key) setCart(emptyCart(randomId)); // another tab may have a new one by now
    drafts.delete(order.shop);
    sending.value = "idle";
    leaveTo(orderUrl(order.id, token));
  } catch (error) {
    if (run !== running) return;
    if (error instanceof api.Refusal && !error.passing) {
      giveBack(error);
      return;
    }
    sending.value = "checking";
    const wait = Math.max(error instanceof api.Refusal ? error.retryAfterMs : 0, backoff(tries + 1, Math.random, 1000));
    timer = setTimeout(() => void attempt(tries + 1, run), wait);
  }
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
