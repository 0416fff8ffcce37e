/** Checkout on one screen, as a guest. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { blocks, problemOf, total } from "../lib/cart";
import type { Service } from "../lib/frames";
import { choicesOf, itemOf, unitPrice } from "../lib/menu";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { tick } from "../lib/time";
import type { Problem, Shop } from "../lib/wire";
import { common } from "../lib/words";
import { Trouble } from "./cart";
import { Field, type Set } from "./field";
import { check, drafts, type Form, orderBody, pointerField, SERVICES } from "./form";
import { me, setMe } from "./me";
import { Openness, Unattended } from "./parts";
import { close, overlays, swap } from "./route";
import { aboutLines, Refused } from "./refused";
import { Asking, Checking, Unsent } from "./sending";
import { cart, price, sending, shut, table } from "./state";
import { refusal, sentAt, submit } from "./submit";
import "./summary.css";
import { t } from "./words/sheets";

const ICONS: Record<Service, string> = { pickup: icon.bag, delivery: icon.bike, dine_in: icon.seat };
const SLOW_MS = 3_000;

/** The form as it was left; a table in the link says where its reader sits. */
function begin(shop: Shop): Form {
  const atTable = table.value ? { service: "dine_in" as const, table: table.value } : {};
  return { service: "pickup", table: "", note: "", ...me.value, ...atTable, ...drafts.get(shop.slug, table.value) };
}

/** The cart is where prices and sold-out lines are mended. */
function toCart(): void {
  if (overlays.value.at(-2)?.name === "cart") close();
  else swap({ name: "cart" });
}

export function CheckoutSheet({ shop }: { shop: Shop }) {
  const form = useSignal<Form>(useMemo(() => begin(shop), [shop.slug]));
  const wrong = useSignal<Partial<Record<keyof Form, string>>>({});
  const place = useRef<HTMLFormElement>(null);
  const change = (next: Form) => {
    form.value = next;
    drafts.set(shop.slug, table.value, next);
    const { name, phone, address } = next;
    setMe({ name, phone, address });
  };
  const set: Set = (field) => (event) => {
    change({ ...form.value, [field]: event.currentTarget.value });
    if (wrong.value[field]) wrong.value = { ...wrong.value, [field]: undefined };
  };

  const refused = refusal.value;
  useEffect(() => {
    if (!refused) return;
    if (refused.code === "price_changed" || aboutLines()) toCart();
    else wrong.value = fieldsOf(refused);
  }, [refused]);
  useEffect(() => {
    place.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [wrong.value]);

  const { lines } = cart.value;
  const problems = lines.map((line) => problemOf(line, shop));
  const changed = problems.some((problem) => problem !== null);
  const sum = total(cart.value, shop);
  const order = (event: Event) => {
    event.preventDefault();
    if (sending.value !== "idle" || shut.value || changed || lines.length === 0) return;
    const faults = check(form.value);
    wrong.value = faults;
    if (Object.values(faults).some(Boolean)) return;
    submit(orderBody(shop, cart.value, form.value, sum));
  };
  if (sending.value === "checking") return <Checking shop={shop} />;
  if (sending.value === "unsent") return <Unsent />;
  if (sending.value === "asking") return <Asking shop={shop} />;
  const busy = sending.value === "sending";
  const { service } = form.value;
  const props = { form: form.value, wrong: wrong.value, set };
  const atTable = service === "dine_in";
  return (
    <Sheet
      title={t().checkoutTitle}
      onClose={close}
      footer={
        <div class="cart-total">
          <Openness shop={shop} />
          {!busy && <Trouble shop={shop} />}
          <div role="alert"><Refused fields={Object.values(wrong.value).some(Boolean)} /></div>
          {changed && !busy ? (
            <button type="button" class="button primary wide" onClick={toCart}>
              {t().seeCart}
            </button>
          ) : (
            <button type="submit" form="checkout" class="button primary wide" disabled={shut.value !== null || lines.length === 0} aria-busy={busy}>
              {busy ? <><span class="spinner" /> {t().sending}</> : shut.value ? t().notNow : t().place(price(sum, shop.currency))}
            </button>
          )}
          <p class="muted small centered" role="status">
            {busy ? <Slow /> : t().pay[service]}
          </p>
        </div>
      }
    >
      <form id="checkout" ref={place} onSubmit={order} noValidate>
        <Unattended shop={shop} />
        <fieldset class="segments">
          <legend>{t().howTo}</legend>
          {SERVICES.map((each) => (
            <label key={each} class="segment">
              <input type="radio" name="service" checked={service === each} onChange={() => change({ ...form.value, service: each })} />
              <span>
                <Icon d={ICONS[each]} />
                {common().service[each]}
              </span>
            </label>
          ))}
        </fieldset>
        {atTable && <Field {...props} name="table" label={t().tableField} autocomplete="off" maxLength={16} />}
        <Field {...props} name="name" label={atTable ? t().optionally(t().name) : t().name} autocomplete="name" maxLength={60} />
        <Field
          {...props}
          name="phone"
          type="tel"
          label={atTable ? t().optionally(t().phone) : t().phone}
          hint={t().phoneHint}
          autocomplete="tel"
          maxLength={30}
        />
        {service === "delivery" && <Field {...props} name="address" label={t().address} autocomplete="street-address" maxLength={200} long />}
        <Field {...props} name="note" label={t().optionally(t().orderNote)} autocomplete="off" maxLength={200} last />
        <h3>{t().summary}</h3>
        <ul class="summary">
          {lines.map((line, index) => {
            const item = itemOf(shop, line.item);
            const chosen = choicesOf(item).filter(({ choice }) => line.options.includes(choice.id));
            return (
              <li key={line.id}>
                <span>{line.quantity} ×</span>
                <span class="grow">
                  {item?.name ?? line.name ?? line.item}
                  <small class="muted">{chosen.map(({ choice }) => choice.name).join(lang.value === "en" ? ", " : "、")}</small>
                  {line.note && <small class="line-note">{line.note}</small>}
                </span>
                <span>{item && !blocks(problems[index] ?? null) && price(unitPrice(item, line.options) * line.quantity, shop.currency)}</span>
              </li>
            );
          })}
        </ul>
      </form>
    </Sheet>
  );
}

/** Nothing looks broken while a slow network does its work. */
function Slow() {
  void tick.value;
  return <>{Date.now() - sentAt.value > SLOW_MS ? t().slow : ""}</>;
}

/** Where the server's pointers lead in the form. */
function fieldsOf(problem: Pick<Problem, "errors">): Partial<Record<keyof Form, string>> {
  const say: Partial<Record<keyof Form, string>> = {
    name: t().needName, phone: t().badPhone, address: t().needAddress, table: t().needTable, note: t().fieldWrong,
  };
  const fields = (problem.errors ?? []).map((error) => pointerField(error.pointer)).filter((field) => field !== null);
  return Object.fromEntries(fields.map((field) => [field, say[field] ?? t().fieldWrong]));
}
