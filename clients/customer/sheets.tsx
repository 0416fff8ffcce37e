/** Everything that comes up over a menu, and the cart beside it: one chunk, loaded once the menu stands. */
import { useEffect } from "preact/hooks";
import { count } from "../lib/cart";
import type { Shop } from "../lib/wire";
import { AboutSheet } from "./about";
import { CartLines, CartSheet, CartTotal } from "./cart";
import { CheckoutSheet } from "./checkout";
import { OptionSheet } from "./options";
import { PastSheet } from "./past";
import { open, overlays } from "./route";
import "./sheets.css";
import { cart, sending } from "./state";
import { leaveSending, refusal, resumeSending } from "./submit";
import { t } from "./words";

export function Sheets({ shop }: { shop: Shop }) {
  useEffect(() => leaveSending, [shop.slug]);
  const { sent, left } = cart.value;
  useEffect(() => {
    // After a reload, or from another tab: an order whose fate nobody knows is asked after, and that is shown.
    const found = sent !== null && sending.value === "idle";
    resumeSending();
    if (found && overlays.value.at(-1)?.name !== "checkout") open({ name: "checkout" });
  }, [sent, left, shop.slug]);
  const asks = sending.value === "asking";
  useEffect(() => {
    if (asks && overlays.value.at(-1)?.name !== "checkout") open({ name: "checkout" });
  }, [asks]);
  const top = overlays.value.at(-1);
  const refused = refusal.value;
  useEffect(() => {
    // Whoever has put the sheet away while the order was on its way must hear of a refusal all the same.
    if (refused && top?.name !== "checkout" && top?.name !== "cart") open({ name: "checkout" });
  }, [refused]);
  if (top?.name === "options") return <OptionSheet key={`${top.item} ${top.line}`} shop={shop} itemId={top.item} lineId={top.line} />;
  if (top?.name === "cart") return <CartSheet shop={shop} />;
  if (top?.name === "checkout") return <CheckoutSheet shop={shop} />;
  if (top?.name === "orders") return <PastSheet />;
  if (top?.name === "about") return <AboutSheet shop={shop} />;
  return null;
}

/** On a wide screen the cart is always there. */
export function CartAside({ shop }: { shop: Shop }) {
  return (
    <aside class="cart-aside" aria-label={t().cart}>
      <h2 tabIndex={-1}>{t().cart}</h2>
      <div class="cart-aside-lines">
        <CartLines shop={shop} />
      </div>
      {count(cart.value) > 0 && <CartTotal shop={shop} />}
    </aside>
  );
}
