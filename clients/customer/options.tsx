/** The option sheet: what must be chosen first, the price on the button, and the button says what is missing. */
import { useSignal } from "@preact/signals";
import { add, MOST, replaceLine } from "../lib/cart";
import { itemOf, missingGroup, toggle, unitPrice } from "../lib/menu";
import { Sheet } from "../lib/parts/sheet";
import { randomId } from "../lib/store";
import type { Item, OptionGroup, Shop } from "../lib/wire";
import { Stepper } from "./menu";
import { close } from "./route";
import { cart, price, setCart } from "./state";
import { t } from "./words";

export function OptionSheet({ shop, itemId, lineId }: { shop: Shop; itemId: string; lineId?: string | undefined }) {
  const item = itemOf(shop, itemId);
  const line = cart.value.lines.find((other) => other.id === lineId);
  const options = useSignal<string[]>(line ? known(item, line.options) : []);
  const note = useSignal(line?.note ?? "");
  const quantity = useSignal(line?.quantity ?? 1);
  if (!item) return null;

  const missing = missingGroup(item, options.value);
  const sum = price(unitPrice(item, options.value) * quantity.value, shop.currency);
  const groups = [...item.options].sort((a, b) => Number(b.min > 0) - Number(a.min > 0));
  const finish = () => {
    if (missing) return;
    const next = {
      id: line?.id ?? randomId(),
      item: item.id,
      options: options.value,
      note: note.value.trim(),
      quantity: quantity.value,
      seen: unitPrice(item, options.value),
    };
    setCart(line ? replaceLine(cart.value, next) : add(cart.value, next));
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
          <button type="button" class="button primary grow" disabled={missing !== undefined} onClick={finish}>
            {missing ? t().missing(missing.name) : line ? t().update(sum) : t().addToCart(sum)}
          </button>
        </>
      }
    >
      {item.description && <p class="muted">{item.description}</p>}
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
        <span>
          {t().note} <small class="muted">({t().optional})</small>
        </span>
        <input
          type="text"
          maxLength={200}
          placeholder={t().notePlaceholder}
          value={note.value}
          onInput={(event) => {
            note.value = event.currentTarget.value;
          }}
        />
      </label>
    </Sheet>
  );
}

/** Choices that the menu no longer has are left out. */
const known = (item: Item | undefined, options: string[]): string[] =>
  options.filter((id) => item?.options.some((group) => group.choices.some((choice) => choice.id === id && choice.available)));

interface GroupProps {
  group: OptionGroup;
  currency: string;
  chosen: string[];
  onToggle: (id: string) => void;
}

function Group({ group, currency, chosen, onToggle }: GroupProps) {
  const single = group.max === 1;
  const taken = group.choices.filter((choice) => chosen.includes(choice.id)).length;
  const lacking = taken < group.min;
  return (
    <fieldset class="choices">
      <legend>
        {group.name}
        <span class={lacking ? "chip warn" : "chip"}>{t().chooseN(group.min, group.max)}</span>
      </legend>
      {group.choices.map((choice) => {
        const on = chosen.includes(choice.id);
        const full = !single && !on && taken >= group.max;
        return (
          <label key={choice.id} class={choice.available && !full ? "choice" : "choice out"}>
            <input
              type={single && group.min > 0 ? "radio" : "checkbox"}
              name={`g-${group.id}`}
              checked={on}
              disabled={!choice.available || full}
              onChange={() => onToggle(choice.id)}
            />
            <span class="grow">{choice.name}</span>
            <span class="muted">
              {!choice.available ? t().soldOut : choice.price > 0 ? `+${price(choice.price, currency)}` : ""}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
