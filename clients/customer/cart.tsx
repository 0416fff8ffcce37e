/** The cart: changed where it stands, and mended where the shop has changed. */
import { useEffect } from "preact/hooks";
import { blocks, type CartLine, MOST_LINES, problemOf, setQuantity, total } from "../lib/cart";
import { lang } from "../lib/i18n";
import { choicesOf, itemOf, unitPrice } from "../lib/menu";
import { lostChoices, seePrices } from "../lib/open-cart";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import type { Shop } from "../lib/wire";
import { Openness, Stepper } from "./parts";
import { aboutLines, overfilled, Refused } from "./refused";
import { close, open } from "./route";
import { cart, changeCart, price, shut } from "./state";
import { refusal } from "./submit";
import { t as page } from "./words";
import { t } from "./words/sheets";

/** The line whose options lie over the cart: its button has the focus again when they are put away. */
let edited = "";

export function CartSheet({ shop }: { shop: Shop }) {
  useEffect(() => {
    document.querySelector<HTMLElement>(`dialog [data-line="${CSS.escape(edited)}"]`)?.focus();
    edited = "";
  }, []);
  const empty = cart.value.lines.length === 0;
  return (
    <Sheet title={page().cart} onClose={close} footer={empty ? undefined : <CartTotal shop={shop} />}>
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
  return (
    <>
      <Trouble shop={shop} refused={aboutLines() && !overfilled()} />
      <ul class="lines">
        {lines.map((line) => (
          <Line key={line.id} line={line} shop={shop} />
        ))}
      </ul>
    </>
  );
}

/** What has changed since it was put in, said once above the lines; `refused`: what the server says where nothing else explains it. */
export function Trouble({ shop, refused = false }: { shop: Shop; refused?: boolean }) {
  const problems = cart.value.lines.map((line) => problemOf(line, shop));
  const code = refusal.value?.code;
  const soldOut = problems.some(blocks);
  const full = cart.value.lines.length >= MOST_LINES;
  const dearer = !soldOut && (problems.includes("price") || code === "price_changed");
  return (
    <div role="alert">
      {soldOut && <p class="notice warn"><Icon d={icon.alert} /> {t().soldOutMeanwhile}</p>}
      {full && <p class="notice warn"><Icon d={icon.alert} /> {t().cartFull(MOST_LINES)}</p>}
      {refused && !soldOut && !dearer && <Refused />}
      {dearer && <p class="notice warn"><Icon d={icon.alert} /> {t().pricesChanged}</p>}
    </div>
  );
}

/** The line that held the focus goes: it passes to the heading above. */
function toHeading(event: { currentTarget: Element }): void {
  event.currentTarget.closest("dialog, aside")?.querySelector<HTMLElement>("h2")?.focus();
}

function Line({ line, shop }: { line: CartLine; shop: Shop }) {
  const item = itemOf(shop, line.item);
  const problem = problemOf(line, shop);
  const bad = blocks(problem);
  const name = item?.name ?? line.name ?? line.item;
  const cost = (one: number) => price(one * line.quantity, shop.currency);
  const comma = lang.value === "en" ? ", " : "、";
  const chosen = choicesOf(item).filter(({ choice }) => line.options.includes(choice.id)).map(({ choice }) => choice.name);
  const why = {
    gone: t().lineGone,
    sold_out: t().lineSoldOut,
    option_sold_out: t().lineOptionOut(lostChoices(line, shop).join(comma)),
    options: t().lineOptions,
  } as Record<string, string>;
  const edit = () => {
    edited = line.id;
    open({ name: "options", item: line.item, line: line.id });
  };
  const setTo = (quantity: number) => changeCart(setQuantity(cart.value, line.id, quantity));
  return (
    <li class={bad ? "line bad" : "line"}>
      <div class="line-top">
        <div class="grow">
          <b class="line-name">{name}</b>
          {chosen.length > 0 && <p class="muted small">{chosen.join(comma)}</p>}
          {line.note && <p class="small line-note">{line.note}</p>}
          {bad && problem && <p class="small problem"><Icon d={icon.alert} size={16} /> {why[problem]}</p>}
        </div>
        {item && !bad && (
          <p class="line-price">
            {problem === "price" && (
              <s>
                <span class="hidden">{t().priceBefore}</span> {cost(line.seen)}
              </s>
            )}{" "}
            <b>
              {problem === "price" && <span class="hidden">{t().priceNow}</span>} {cost(unitPrice(item, line.options))}
            </b>
          </p>
        )}
      </div>
      <div class="line-do">
        {item && problem !== "sold_out" && (
          <button type="button" class="text-button" data-line={line.id} aria-label={t().editLine(name)} aria-haspopup="dialog" onClick={edit}>
            <Icon d={icon.edit} size={18} /> {t().edit}
          </button>
        )}
        <span class="grow" />
        {bad ? (
          <button type="button" class="button quiet" aria-label={t().removeLine(name)} onClick={(event) => { toHeading(event); setTo(0); }}>
            {t().remove}
          </button>
        ) : (
          <Stepper
            name={name}
            n={line.quantity}
            onAdd={() => setTo(line.quantity + 1)}
            onRemove={() => {
              if (line.quantity === 1 && document.activeElement) toHeading({ currentTarget: document.activeElement });
              setTo(line.quantity - 1);
            }}
          />
        )}
      </div>
    </li>
  );
}

/** The sum and the way on; what stands in the way is said, and mended with one tap. */
export function CartTotal({ shop }: { shop: Shop }) {
  const problems = cart.value.lines.map((line) => problemOf(line, shop));
  const blocked = cart.value.lines.filter((_, index) => blocks(problems[index] ?? null));
  const dearer = problems.includes("price");
  const sum = price(total(cart.value, shop), shop.currency);
  const goOn = () => {
    if (cart.value.sent === null) {
      changeCart(seePrices(cart.value, shop));
      refusal.value = null;
    }
    open({ name: "checkout" });
  };
  const removeBlocked = (event: { currentTarget: Element }) => {
    toHeading(event);
    changeCart(blocked.reduce((left, line) => setQuantity(left, line.id, 0), cart.value));
  };
  return (
    <div class="cart-total">
      <Openness shop={shop} />
      <p class="total">
        <span>{t().total}</span>
        <b>{sum}</b>
      </p>
      {cart.value.sent !== null ? (
        <button type="button" class="button primary wide" onClick={goOn}>
          {cart.value.left ? page().checking : page().unsent}
        </button>
      ) : blocked.length > 0 ? (
        <button type="button" class="button primary wide" onClick={removeBlocked}>
          {t().removeBlocked(blocked.length)}
        </button>
      ) : (
        <button type="button" class="button primary wide" disabled={shut.value !== null || overfilled()} onClick={goOn}>
          {shut.value ? t().notNow : dearer ? t().acceptPrices(sum) : t().checkout}
        </button>
      )}
    </div>
  );
}
