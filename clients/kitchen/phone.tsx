/** A guest's phone number. */
import { useSignal } from "@preact/signals";
import * as api from "../lib/api";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order } from "../lib/wire";
import { device } from "./state";
import { desk as d } from "./words/desk";

/** Masked until somebody needs it; then it is fetched, and shown on this screen only. */
export function Phone({ order }: { order: Order }) {
  const shown = useSignal<string | null>(null);
  const failed = useSignal(false);
  if (!order.customer.phone) return <span class="muted">{d().noPhone}</span>;
  const show = async () => {
    failed.value = false;
    try {
      const answer = await api.getOrder(order.id, device.value?.token ?? "");
      shown.value = answer.order.customer.phone;
    } catch {
      failed.value = true;
    }
  };
  if (shown.value) {
    return (
      <a class="phone" href={`tel:${shown.value}`}>
        {shown.value}
      </a>
    );
  }
  return (
    <>
      <span class="phone">{order.customer.phone}</span>{" "}
      <button type="button" class="button small-button" onClick={() => void show()}>
        <Icon d={icon.eye} size={20} /> {d().showPhone}
      </button>
      {failed.value && <span class="fault" role="alert">{d().phoneFailed}</span>}
    </>
  );
}
