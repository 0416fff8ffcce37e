/** Everything about one order that a cook rarely needs: who, where, the talk, the history, and the way out. */
import { useSignal } from "@preact/signals";
import * as api from "../lib/api";
import { OPEN } from "../lib/frames";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { clock } from "../lib/time";
import type { Order } from "../lib/wire";
import { common } from "../lib/words";
import { ReasonSheet } from "./choose";
import { FaultLine } from "./fault";
import { command } from "./commands";
import { device, log } from "./state";
import { t } from "./words";

export function DetailsSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const cancelling = useSignal(false);
  const zone = log.value.shop?.timezone ?? "";
  const cancellable = OPEN.includes(order.status) && order.status !== "placed" && order.status !== "dispatched";
  return (
    <Sheet kind="side" title={t().ticket(order.number)} onClose={onClose}>
      <dl class="facts">
        <dt>{t().customer}</dt>
        <dd>
          {order.customer.name} · {order.table ? common().table(order.table) : common().service[order.service]}
        </dd>
        <dt>{t().phone}</dt>
        <dd>
          <Phone order={order} />
        </dd>
        {order.customer.address && (
          <>
            <dt>{t().address}</dt>
            <dd>{order.customer.address}</dd>
          </>
        )}
        {order.note && (
          <>
            <dt>{t().note}</dt>
            <dd>{order.note}</dd>
          </>
        )}
      </dl>
      <Talk order={order} zone={zone} />
      <h3>{t().history}</h3>
      <ol class="history">
        {order.history.map((step, index) => (
          <li key={index}>
            <time>{clock(step.at, zone, lang.value)}</time> {common().status[step.status]}
            <span class="muted">
              {" "}
              {t().by[step.by] ?? step.by}
              {step.reason && ` · ${(t().reason as Record<string, string>)[step.reason] ?? step.reason}`}
            </span>
          </li>
        ))}
      </ol>
      <FaultLine about={order.id} />
      <div class="stack">
        {order.status === "ready" && (
          <button type="button" class="button big" aria-label={t().recallOne(order.number)} onClick={() => command({ name: "recall", order: order.id })}>
            <Icon d={icon.undo} /> {t().recall}
          </button>
        )}
        {cancellable && (
          <button
            type="button"
            class="button big danger"
            onClick={() => {
              cancelling.value = true;
            }}
          >
            {t().cancelOrder}
          </button>
        )}
      </div>
      {cancelling.value && (
        <ReasonSheet
          order={order}
          name="cancel"
          onClose={() => {
            cancelling.value = false;
          }}
        />
      )}
    </Sheet>
  );
}

/** Masked until somebody needs it; then it is fetched, and shown on this screen only. */
export function Phone({ order }: { order: Order }) {
  const shown = useSignal<string | null>(null);
  const failed = useSignal(false);
  if (!order.customer.phone) return <span class="muted">{t().noPhone}</span>;
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
        <Icon d={icon.eye} size={20} /> {t().showPhone}
      </button>
      {failed.value && <span class="fault" role="alert">{t().phoneFailed}</span>}
    </>
  );
}

function Talk({ order, zone }: { order: Order; zone: string }) {
  const text = useSignal("");
  const say = (what: string) => {
    if (what.trim()) command({ name: "message", order: order.id, text: what.trim() });
  };
  return (
    <section aria-labelledby={`talk-${order.id}`}>
      <h3 id={`talk-${order.id}`}>{t().messages}</h3>
      <ul class="talk">
        {order.messages.map((message, index) => (
          <li key={index} class={message.from === "customer" ? "theirs" : "ours"}>
            <small class="muted">
              {message.from === "customer" ? t().guest : t().us} · {clock(message.at, zone, lang.value)}
            </small>
            <span>{message.text}</span>
          </li>
        ))}
      </ul>
      <div class="canned">
        {t().canned.map((line) => (
          <button key={line} type="button" class="button small-button" onClick={() => say(line)}>
            {line}
          </button>
        ))}
      </div>
      <form
        class="say"
        onSubmit={(event) => {
          event.preventDefault();
          say(text.value);
          text.value = "";
        }}
      >
        <input
          type="text"
          maxLength={200}
          aria-label={t().writeMessage}
          placeholder={t().writeMessage}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button" disabled={!text.value.trim()}>
          {t().send}
        </button>
      </form>
    </section>
  );
}
