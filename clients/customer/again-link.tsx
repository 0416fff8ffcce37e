/** The button that orders a past order again. */
import { useSignal } from "@preact/signals";
import * as api from "../lib/api";
import { readCart } from "../lib/cart";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { load, randomId, save } from "../lib/store";
import type { Order } from "../lib/wire";
import { again, type Again } from "./again";
import { go, open, route, shopUrl } from "./route";
import { cart, cartKey, setCart } from "./state";
import "./past.css";
import { t } from "./words/past";

export interface AgainProps {
  /** The order, or how to get it. */
  order: Order | (() => Promise<Order>);
  class: string;
  /** What screen readers hear, where several orders stand together. */
  label?: string;
}

export function AgainLink({ order, class: kind, label }: AgainProps) {
  const busy = useSignal(false);
  const told = useSignal<Done | null>(null);
  const tap = async (event: MouseEvent) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    const done = await fill(order);
    busy.value = false;
    if (done.what === "filled" && done.missing.length === 0) toCart(done.shop);
    else told.value = done;
  };
  const href = typeof order === "function" ? "/" : shopUrl(order.shop);
  return (
    <>
      <a class={kind} href={href} aria-label={label} aria-busy={busy.value} onClick={(event) => void tap(event)}>
        <Icon d={icon.undo} size={20} /> {t().again}
      </a>
      {told.value && (
        <Told
          done={told.value}
          onClose={() => {
            told.value = null;
          }}
        />
      )}
    </>
  );
}

type Done = ({ what: "filled"; shop: string } & Again) | { what: "sending"; shop: string } | { what: "failed" };

/** Put the order's lines into its shop's cart. A cart whose order is on its way is not touched. */
async function fill(wanted: AgainProps["order"]): Promise<Done> {
  try {
    const order = typeof wanted === "function" ? await wanted() : wanted;
    const { shop } = await api.getShop(order.shop, lang.value);
    const here = inShop(order.shop);
    const now = here ? cart.value : readCart(load(cartKey(order.shop), null), randomId);
    if (now.sent !== null) return { what: "sending", shop: order.shop };
    const done = again(now, order, shop, randomId);
    if (here) setCart(done.cart);
    else save(cartKey(order.shop), done.cart);
    return { what: "filled", shop: order.shop, ...done };
  } catch {
    return { what: "failed" };
  }
}

const inShop = (slug: string): boolean => route.value.page === "menu" && route.value.slug === slug;

const wide = matchMedia("(min-width: 1024px)");

function toCart(slug: string): void {
  if (!inShop(slug)) go(shopUrl(slug));
  if (!wide.matches) open({ name: "cart" }); // a wide page shows it beside the menu
  else if (history.state?.over) history.back();
}

function Told({ done, onClose }: { done: Done; onClose: () => void }) {
  const some = done.what === "filled" && done.added > 0;
  const title = { failed: t().failed, sending: t().sending, filled: some ? t().partly : t().nothing }[done.what];
  return (
    <Sheet kind="center" title={title} onClose={onClose}>
      {done.what === "failed" && <p>{t().failedText}</p>}
      {done.what === "sending" && <p>{t().sendingText}</p>}
      {done.what === "filled" && (
        <>
          <p>{some ? t().added(done.added) : t().nothingText}</p>
          <ul class="missing">
            {done.missing.map((one, index) => (
              <li key={index}>
                <b>{one.name}</b> <span class="muted">{t().why[one.why]}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="action-row">
        <button type="button" class="button" onClick={onClose}>
          {t().stay}
        </button>
        {done.what !== "failed" && (
          <button
            type="button"
            class="button primary"
            onClick={() => {
              onClose();
              if (some) toCart(done.shop);
              else if (!inShop(done.shop)) go(shopUrl(done.shop));
            }}
          >
            {some ? t().toCart : t().toMenu}
          </button>
        )}
      </div>
    </Sheet>
  );
}
