/** The option sheet: what must be chosen first, the price on the button, and the button says what is missing. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { add, MOST, MOST_LINES, same } from "../lib/cart";
import { lang } from "../lib/i18n";
import { choicesOf, isAvailable, itemOf, missingGroup, unitPrice } from "../lib/menu";
import { replaceLine, toggle } from "../lib/open-cart";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { randomId } from "../lib/store";
import type { Item, OptionGroup, Shop } from "../lib/wire";
import { Openness, Stepper } from "./parts";
import { close } from "./route";
import { cart, changeCart, price } from "./state";
import { t as page } from "./words";
import { t } from "./words/sheets";

export function OptionSheet({ shop, itemId, lineId }: { shop: Shop; itemId: string; lineId?: string | undefined }) {
  const item = itemOf(shop, itemId);
  const line = cart.value.lines.find((other) => other.id === lineId);
  const options = useSignal<string[]>(line ? known(item, line.options) : []);
  const note = useSignal(line?.note ?? "");
  const quantity = useSignal(line?.quantity ?? 1);
  const lost = useSignal("");
  const done = useRef(false);
  useEffect(() => {
    // The shop may run out of something while it is being chosen.
    const left = known(item, options.value);
    if (left.length === options.value.length) return;
    const gone = choicesOf(item).filter(({ choice }) => options.value.includes(choice.id) && !left.includes(choice.id));
    lost.value = gone.map(({ choice }) => choice.name).join(lang.value === "en" ? ", " : "、");
    options.value = left;
  }, [item]);
  if (!item || !isAvailable(item)) {
    return (
      <Sheet title={item?.name ?? line?.name ?? t().lineGone} onClose={close}>
        <p class="notice warn" role="alert">
          <Icon d={icon.alert} /> {item ? t().dishSoldOut : t().dishGone}
        </p>
      </Sheet>
    );
  }

  const chosen = { item: item.id, options: options.value, note: note.value.trim() };
  const { lines } = cart.value;
  const full = !line && lines.length >= MOST_LINES && !lines.some((other) => same(other, chosen));
  const missing = missingGroup(item, options.value);
  const sum = price(unitPrice(item, options.value) * quantity.value, shop.currency);
  const groups = [...item.options].sort((a, b) => Number(b.min > 0) - Number(a.min > 0));
  const finish = () => {
    if (missing || full || done.current) return; // a second tap while it closes adds nothing
    done.current = true;
    const next = {
      ...chosen,
      id: line?.id ?? randomId(),
      name: item.name,
      quantity: quantity.value,
      seen: unitPrice(item, options.value),
    };
    changeCart(line ? replaceLine(cart.value, next) : add(cart.value, next));
    close();
  };
  return (
    <Sheet
      title={item.name}
      onClose={close}
      footer={
        <>
          <Stepper
            name={item.name}
            n={quantity.value}
            onAdd={() => {
              quantity.value = Math.min(MOST, quantity.value + 1);
            }}
            onRemove={() => {
              quantity.value = Math.max(1, quantity.value - 1);
            }}
          />
          <button type="button" class="button primary grow" disabled={missing !== undefined || full} onClick={finish}>
            {full ? t().full : missing ? t().missing(missing.name) : line ? t().update(sum) : t().addToCart(sum)}
          </button>
        </>
      }
    >
      {item.description && <p class="muted">{item.description}</p>}
      <Openness shop={shop} />
      <div role="alert">
        {lost.value && <p class="notice warn"><Icon d={icon.alert} /> {t().choiceLost(lost.value)}</p>}
      </div>
      {groups.map((group) => (
        <Group
          key={group.id}
          group={group}
          currency={shop.currency}
          chosen={options.value}
          onToggle={(id) => {
            options.value = toggle(group, options.value, id);
          }}
        />
      ))}
      <label class="field">
        <span>{t().optionally(t().note)}</span>
        <input
          type="text"
          maxLength={200}
          placeholder={t().notePlaceholder}
          autocomplete="off"
          enterkeyhint="done"
          value={note.value}
          onInput={(event) => {
            note.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.isComposing) finish();
          }}
        />
      </label>
    </Sheet>
  );
}

/** Choices that the menu no longer has are left out. */
const known = (item: Item | undefined, options: string[]): string[] =>
  options.filter((id) => choicesOf(item).some(({ choice }) => choice.id === id && choice.available));

interface GroupProps {
  group: OptionGroup;
  currency: string;
  chosen: string[];
  onToggle: (id: string) => void;
}

function Group({ group, currency, chosen, onToggle }: GroupProps) {
  const single = group.max === 1;
  const nothing = single && group.min === 0;
  const taken = group.choices.filter((choice) => chosen.includes(choice.id)).length;
  const mine = group.choices.find((choice) => chosen.includes(choice.id));
  const lacking = taken < group.min;
  return (
    <fieldset class="choices">
      <legend>
        {group.name}
        <span class={lacking ? "chip warn" : "chip"}>{t().chooseN(group.min, group.max)}</span>
      </legend>
      {nothing && (
        <label class="choice">
          <input type="radio" name={`g-${group.id}`} checked={taken === 0} onChange={() => mine && onToggle(mine.id)} />
          <span class="grow">{t().noChoice}</span>
        </label>
      )}
      {group.choices.map((choice) => {
        const on = chosen.includes(choice.id);
        const full = !single && !on && taken >= group.max;
        return (
          <label key={choice.id} class={choice.available && !full ? "choice" : "choice out"}>
            <input
              type={single ? "radio" : "checkbox"}
              name={`g-${group.id}`}
              checked={on}
              disabled={!choice.available || full}
              onChange={() => onToggle(choice.id)}
            />
            <span class="grow">{choice.name}</span>
            <span class="muted">
              {!choice.available ? page().soldOut : choice.price > 0 ? `+${price(choice.price, currency)}` : ""}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
