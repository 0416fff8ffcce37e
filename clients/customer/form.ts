/** The checkout form as values: what is wrong with it, and the body it makes. */
import type { Cart } from "../lib/cart";
import type { Service } from "../lib/frames";
import { load, save } from "../lib/store";
import type { Shop } from "../lib/wire";
import { common } from "../lib/words";
import { DRAFT } from "./me";
import { t } from "./words/sheets";

export interface Form {
  service: Service;
  table: string;
  name: string;
  phone: string;
  address: string;
  note: string;
}

/** What stands in a shop's form and is no part of who orders. */
type Draft = Pick<Form, "service" | "table" | "note">;

interface KeptDraft extends Draft {
  /** The table of the link it was written under: another table's link knows better. */
  link: string;
  at: number;
}

const DRAFT_MS = 12 * 3_600_000; // tomorrow its writer sits at another table

/** Drafts by shop: they outlive a reload, and go with the order. */
export const drafts = {
  get(slug: string, link: string): Partial<Draft> {
    const kept = load<KeptDraft | null>(DRAFT + slug, null);
    if (!kept || !(Date.now() - kept.at < DRAFT_MS)) return {};
    const { service, table, note } = kept;
    return link && link !== kept.link ? { note } : { service, table, note };
  },
  set: (slug: string, link: string, { service, table, note }: Draft) =>
    save(DRAFT + slug, { service, table, note, link, at: Date.now() } satisfies KeptDraft),
  delete: (slug: string) => save(DRAFT + slug, null),
};

export const SERVICES: readonly Service[] = ["pickup", "delivery", "dine_in"];

const PHONE = /^\+?[0-9][0-9 ()./-]{3,30}$/; // as the server has it (wire/frames.py)

/** Return what is wrong, by field; the server has the last word. */
export function check(form: Form): Partial<Record<keyof Form, string>> {
  const needsPhone = form.service !== "dine_in";
  const wrong: Partial<Record<keyof Form, string>> = {};
  if (needsPhone && !form.name.trim()) wrong.name = t().needName;
  if (!form.phone.trim()) {
    if (needsPhone) wrong.phone = t().needPhone;
  } else if (!PHONE.test(form.phone.trim())) wrong.phone = t().badPhone;
  if (form.service === "delivery" && !form.address.trim()) wrong.address = t().needAddress;
  if (form.service === "dine_in" && !form.table.trim()) wrong.table = t().needTable;
  return wrong;
}

/** The body of POST /bill. Only what the service needs leaves the phone. */
export function orderBody(shop: Shop, cart: Cart, form: Form, expected: number): string {
  return JSON.stringify({
    shop: shop.slug,
    service: form.service,
    table: form.service === "dine_in" ? form.table.trim() : null,
    customer: {
      name: form.name.trim() || common().table(form.table.trim()), // at a table its number is name enough
      phone: form.phone.trim() || null,
      address: form.service === "delivery" ? form.address.trim() : null,
    },
    lines: cart.lines.map((line) => ({ item: line.item, quantity: line.quantity, options: line.options, note: line.note })),
    note: form.note.trim(),
    expected_total: expected,
  });
}

/** Return the form's field that an RFC 6901 pointer of a problem means, or null. */
export function pointerField(pointer: string): keyof Form | null {
  const at = pointer.replace(/^#/, "");
  const fields: Record<string, keyof Form> = {
    "/customer/name": "name",
    "/customer/phone": "phone",
    "/customer/address": "address",
    "/table": "table",
    "/note": "note",
    "/service": "service",
  };
  return fields[at] ?? null;
}
