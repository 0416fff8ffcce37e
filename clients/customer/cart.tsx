/** The cart: changed where it stands, and mended where the shop has changed. */
import { blocks, type CartLine, problemOf, seePrices, setQuantity, total } from "../lib/cart";
import { lang } from "../lib/i18n";
import { choicesOf, itemOf, unitPrice } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import type { Shop } from "../lib/wire";
import { Openness, Stepper } from "./menu";
import { close, open } from "./route";
import { cart, price, setCart, shut } from "./state";
import { refusal } from "./submit";
import { t } from "./words";

export function CartSheet({ shop }: { shop: Shop }) {
  const empty = cart.value.lines.length === 0;
  return (
    <Sheet title={t().cart} onClose={close} footer={empty ? undefined : <CartTotal shop={shop} />}>
      <CartLines shop={shop} />
    </Sheet>
  );
}

export function CartLines({ shop }: { shop: Shop }) {
  const lines = cart.value.lines;
  if (lines.length === 0) {
    return (
      <div class="empty">
        <Icon d={icon.bag} size={40} />
        <p>{t().emptyCart}</p>
        <p class="muted small">{t().emptyHint}</p>
      </div>
    );
  }
  const code = refusal.value?.code;
  return (
    <>
      {code === "price_changed" && <p class="notice warn" role="alert"><Icon d={icon.alert} /> {t().pricesChanged}</p>}
      {code === "item_unavailable" && <p class="notice warn" role="alert"><Icon d={icon.alert} /> {t().soldOutMeanwhile}</p>}
      <ul class="lines">
        {lines.map((line) => (
          <Line key={line.id} line={line} shop={shop} />
        ))}
      </ul>
    </>
  );
}

function Line({ line, shop }: { line: CartLine; shop: Shop }) {
  const item = itemOf(shop, line.item);
  const problem = problemOf(line, shop);
  const bad = blocks(problem);
  const name = item?.name ?? line.item;
  const cost = (minor: number) => price(minor, shop.currency);
  const chosen = item ? choicesOf(item).filter(({ choice }) => line.options.includes(choice.id)).map(({ choice }) => choice.name) : [];
  const why = {
    gone: t().lineGone,
    sold_out: t().lineSoldOut,
    option_sold_out: t().lineOptionOut,
    options: t().lineOptions,
  } as Record<string, string>;
  return (
    <li class={bad ? "line bad" : "line"}>
      <div class="line-top">
        <div class="grow">
          <b>{name}</b>
          {chosen.length > 0 && <p class="muted small">{chosen.join(lang.value === "en" ? ", " : "、")}</p>}
          {line.note && <p class="small line-note">{line.note}</p>}
          {bad && problem && <p class="small problem"><Icon d={icon.alert} size={16} /> {why[problem]}</p>}
          {problem === "price" && <p class="small problem"><Icon d={icon.alert} size={16} /> {t().priceWas(cost(line.seen * line.quantity))}</p>}
        </div>
        {item && !bad && <span class="line-price">{cost(unitPrice(item, line.options) * line.quantity)}</span>}
      </div>
      <div class="line-do">
        {item && problem !== "sold_out" && (
          <button type="button" class="text-button" aria-label={t().editLine(name)} onClick={() => open({ name: "options", item: item.id, line: line.id })}>
            <Icon d={icon.edit} size={18} /> {t().edit}
          </button>
        )}
        <span class="grow" />
        {bad ? (
          <button type="button" class="button quiet" aria-label={t().removeLine(name)} onClick={() => setCart(setQuantity(cart.value, line.id, 0))}>
            {t().remove}
          </button>
        ) : (
          <Stepper
            name={name}
            n={line.quantity}
            onAdd={() => setCart(setQuantity(cart.value, line.id, line.quantity + 1))}
            onRemove={() => setCart(setQuantity(cart.value, line.id, line.quantity - 1))}
          />
        )}
      </div>
    </li>
  );
}

/** The sum and the way on; what stands in the way is said, and mended with one tap. */
export function CartTotal({ shop }: { shop: Shop }) {
  const blocked = cart.value.lines.filter((line) => blocks(problemOf(line, shop)));
  const removeBlocked = () => setCart(blocked.reduce((left, line) => setQuantity(left, line.id, 0), cart.value));
  return (
    <div class="cart-total">
      <Openness shop={shop} />
      <p class="total">
        <span>{t().total}</span>
        <b>{price(total(cart.value, shop), shop.currency)}</b>
      </p>
      {blocked.length > 0 ? (
        <>
          <p class="small problem" id="why-not">{t().fixLines}</p>
          <button type="button" class="button primary wide" onClick={removeBlocked}>
            {t().removeBlocked}
          </button>
        </>
      ) : (
        <button
          type="button"
          class="button primary wide"
          disabled={shut.value !== null}
          onClick={() => {
            setCart(seePrices(cart.value, shop));
            refusal.value = null;
            open({ name: "checkout" });
          }}
        >
          {t().checkout}
        </button>
      )}
    </div>
  );
}
