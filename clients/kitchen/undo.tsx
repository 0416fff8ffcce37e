/** Five seconds to take the last step back, always in the same corner: no other button has its place. */
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { tick } from "../lib/time";
import { type Undo, undoLast, undos } from "./bump";
import { t } from "./words";

export function UndoBar() {
  const last = undos.value.at(-1);
  return (
    <div class="undo" role="status">
      {last && <Offer key={last.until} undo={last} />}
    </div>
  );
}

function Offer({ undo: { order, step, until } }: { undo: Undo }) {
  return (
    <>
      <p>{step === "ready" ? t().undoReady(order.number) : t().undoComplete(order.number)}</p>
      <button type="button" class="button" aria-label={t().undoOne(order.number)} onClick={undoLast}>
        <Icon d={icon.undo} /> {t().undo} <Left until={until} />
        <span class="undo-time" />
      </button>
    </>
  );
}

function Left({ until }: { until: number }) {
  void tick.value;
  return <small aria-hidden="true">{Math.max(1, Math.ceil((until - Date.now()) / 1000))}</small>;
}
