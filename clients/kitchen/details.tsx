/** Everything about one order that a cook rarely needs: who, where, the talk, the history, and the way out. */
import { useSignal } from "@preact/signals";
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
import { printSlip } from "./later";
import { Phone } from "./phone";
import { log } from "./state";
import { t } from "./words";
import { desk as d } from "./words/desk";

export function DetailsSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const cancelling = useSignal(false);
  const zone = log.value.shop?.timezone ?? "";
  const cancellable = OPEN.includes(order.status) && order.status !== "placed" && order.status !== "dispatched";
  return (
    <Sheet kind="side" title={t().ticket(order.number)} onClose={onClose}>
      <dl class="facts">
        <dt>{d().customer}</dt>
        <dd>
          {order.customer.name} · {order.table ? common().table(order.table) : common().service[order.service]}
        </dd>
        <dt>{d().phone}</dt>
        <dd>
          <Phone order={order} />
        </dd>
        {order.customer.address && (
          <>
            <dt>{d().address}</dt>
            <dd>{order.customer.address}</dd>
          </>
        )}
        {order.note && (
          <>
            <dt>{d().note}</dt>
            <dd>{order.note}</dd>
          </>
        )}
      </dl>
      <Talk order={order} zone={zone} />
      <h3>{d().history}</h3>
      <ol class="history">
        {order.history.map((step, index) => (
          <li key={index}>
            <time>{clock(step.at, zone, lang.value)}</time> {common().status[step.status]}
            <span class="muted">
              {" "}
              {d().by[step.by] ?? step.by}
              {step.reason && ` · ${(d().reason as Record<string, string>)[step.reason] ?? step.reason}`}
            </span>
          </li>
        ))}
      </ol>
      <FaultLine about={order.id} />
      <div class="stack">
        <button type="button" class="button big" onClick={() => printSlip(order)}>
          <Icon d={icon.printer} /> {d().printSlip}
        </button>
        {order.status === "ready" && (
          <button type="button" class="button big" aria-label={d().recallOne(order.number)} onClick={() => command({ name: "recall", order: order.id })}>
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
            {d().cancelOrder}
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
              {message.from === "customer" ? d().guest : d().us} · {clock(message.at, zone, lang.value)}
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
          aria-label={d().writeMessage}
          placeholder={d().writeMessage}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button" disabled={!text.value.trim()}>
          {d().send}
        </button>
      </form>
    </section>
  );
}
