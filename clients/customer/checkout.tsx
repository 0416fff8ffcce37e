/** Checkout on one screen, as a guest; and the waiting, when nobody knows yet whether the order has arrived. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { total } from "../lib/cart";
import type { Service } from "../lib/frames";
import { itemOf, unitPrice } from "../lib/menu";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { tick } from "../lib/time";
import type { Problem, Shop } from "../lib/wire";
import { common } from "../lib/words";
import { check, type Form, orderBody, pointerField, SERVICES } from "./form";
import { Openness } from "./menu";
import { close } from "./route";
import { cart, me, price, setMe, shut, table } from "./state";
import { checkNow, refusal, sending, sentAt, submit } from "./submit";
import { t } from "./words";

const ICONS: Record<Service, string> = { pickup: icon.bag, delivery: icon.bike, dine_in: icon.seat };

export function CheckoutSheet({ shop }: { shop: Shop }) {
  const form = useSignal<Form>({ service: table.value ? "dine_in" : "pickup", table: table.value, note: "", ...me.value });
  const wrong = useSignal<Partial<Record<keyof Form, string>>>({});
  const place = useRef<HTMLFormElement>(null);
  const set = (field: keyof Form) => (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
    form.value = { ...form.value, [field]: event.currentTarget.value };
    if (wrong.value[field]) wrong.value = { ...wrong.value, [field]: undefined };
  };

  const refused = refusal.value;
  useEffect(() => {
    if (!refused) return;
    if (refused.code === "price_changed" || refused.errors?.some((error) => /^#?\/lines/.test(error.pointer))) {
      close(); // back to the cart, where it can be mended
      return;
    }
    wrong.value = fieldsOf(refused);
  }, [refused]);
  useEffect(() => {
    place.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [wrong.value]);

  const sum = total(cart.value, shop);
  const order = (event: Event) => {
    event.preventDefault();
    if (sending.value !== "idle" || shut.value) return;
    const faults = check(form.value);
    wrong.value = faults;
    if (Object.values(faults).some(Boolean)) return;
    setMe({ name: form.value.name, phone: form.value.phone, address: form.value.address });
    submit(orderBody(shop, cart.value, form.value, sum));
  };
  if (sending.value === "checking") return <Checking shop={shop} />;
  const busy = sending.value === "sending";
  const { service } = form.value;
  const props = { form: form.value, wrong: wrong.value, set };
  return (
    <Sheet
      title={t().checkoutTitle}
      onClose={close}
      footer={
        <div class="cart-total">
          <Openness shop={shop} />
          <div role="alert">{refused && <Refused problem={refused} fields={Object.values(wrong.value).some(Boolean)} />}</div>
          <button type="submit" form="checkout" class="button primary wide" disabled={shut.value !== null} aria-busy={busy}>
            {busy ? <><span class="spinner" /> {t().sending}</> : t().place(price(sum, shop.currency))}
          </button>
          <p class="muted small centered">{service === "delivery" ? t().payOnDelivery : t().payAtShop}</p>
        </div>
      }
    >
      <form id="checkout" ref={place} onSubmit={order} noValidate>
        <fieldset class="segments">
          <legend>{t().howTo}</legend>
          {SERVICES.map((each) => (
            <label key={each} class="segment">
              <input
                type="radio"
                name="service"
                checked={service === each}
                onChange={() => {
                  form.value = { ...form.value, service: each };
                }}
              />
              <span>
                <Icon d={ICONS[each]} />
                {common().service[each]}
              </span>
            </label>
          ))}
        </fieldset>
        {service === "dine_in" && <Field {...props} name="table" label={t().tableField} autocomplete="off" maxLength={16} />}
        <Field {...props} name="name" label={t().name} autocomplete="name" maxLength={60} />
        <Field
          {...props}
          name="phone"
          type="tel"
          label={service === "dine_in" ? t().phoneOptional : t().phone}
          hint={t().phoneHint}
          autocomplete="tel"
          maxLength={30}
        />
        {service === "delivery" && <Field {...props} name="address" label={t().address} autocomplete="street-address" maxLength={200} long />}
        <Field {...props} name="note" label={`${t().orderNote} (${t().optional})`} autocomplete="off" maxLength={200} />
        <h3>{t().summary}</h3>
        <ul class="summary">
          {cart.value.lines.map((line) => {
            const item = itemOf(shop, line.item);
            return (
              <li key={line.id}>
                <span>{line.quantity} ×</span>
                <span class="grow">{item?.name ?? line.item}</span>
                <span>{item && price(unitPrice(item, line.options) * line.quantity, shop.currency)}</span>
              </li>
            );
          })}
        </ul>
      </form>
    </Sheet>
  );
}

interface FieldProps {
  form: Form;
  wrong: Partial<Record<keyof Form, string>>;
  set: (field: keyof Form) => (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => void;
  name: Exclude<keyof Form, "service">;
  label: string;
  hint?: string;
  type?: "text" | "tel";
  autocomplete: string;
  maxLength: number;
  long?: boolean;
}

function Field({ form, wrong, set, name, label, hint, type = "text", autocomplete, maxLength, long }: FieldProps) {
  const fault = wrong[name];
  const shared = {
    id: `f-${name}`,
    name,
    maxLength,
    autocomplete,
    value: form[name],
    onInput: set(name),
    "aria-invalid": fault ? ("true" as const) : undefined,
    "aria-describedby": fault ? `e-${name}` : hint ? `h-${name}` : undefined,
  };
  return (
    <div class="field">
      <label for={`f-${name}`}>{label}</label>
      {long ? <textarea rows={2} {...shared} /> : type === "tel" ? <input type="tel" {...shared} /> : <input type="text" {...shared} />}
      {fault ? (
        <p class="small problem" id={`e-${name}`}><Icon d={icon.alert} size={16} /> {fault}</p>
      ) : (
        hint && <p class="small muted" id={`h-${name}`}>{hint}</p>
      )}
    </div>
  );
}

type Refusal = Pick<Problem, "code" | "detail" | "errors">;

function Refused({ problem, fields }: { problem: Refusal; fields: boolean }) {
  const known = t().refused[problem.code];
  const text = fields ? t().fixFields : (known ?? t().refusedOther(problem.errors?.[0]?.detail ?? problem.detail));
  return (
    <p class="notice bad">
      <Icon d={icon.alert} /> {text}
    </p>
  );
}

/** Where the server's pointers lead in the form. */
function fieldsOf(problem: Refusal): Partial<Record<keyof Form, string>> {
  const say: Partial<Record<keyof Form, string>> = {
    name: t().needName, phone: t().badPhone, address: t().needAddress, table: t().needTable, note: t().fieldWrong,
  };
  const fields = (problem.errors ?? []).map((error) => pointerField(error.pointer)).filter((field) => field !== null);
  return Object.fromEntries(fields.map((field) => [field, say[field] ?? t().fieldWrong]));
}

const LONG_MS = 20_000;

function Checking({ shop }: { shop: Shop }) {
  void tick.value;
  const long = Date.now() - sentAt.value > LONG_MS;
  return (
    <Sheet title={t().checking} onClose={close}>
      <div class="empty" role="status">
        <span class="spinner big" />
        <p>{t().checkingText}</p>
        <button type="button" class="button" onClick={checkNow}>
          {t().checkNow}
        </button>
        {long && shop.phone && (
          <a class="button quiet" href={`tel:${shop.phone}`}>
            <Icon d={icon.phone} /> {t().call(shop.phone)}
          </a>
        )}
      </div>
    </Sheet>
  );
}
