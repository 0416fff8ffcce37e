/** Five seconds to take the last step back, always in the same corner: no other button has its place. */
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { tick } from "../lib/time";
import { type Undo, undoLast, undos } from "./bump";
import { desk as d } from "./words/desk";

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
      <p>{step === "ready" ? d().undoReady(order.number) : d().undoComplete(order.number)}</p>
      <button type="button" class="button" onClick={undoLast}>
        <Icon d={icon.undo} /> {d().undo} <span class="hidden">{order.number}</span> <Left until={until} />
        <span class="undo-time" />
      </button>
    </>
  );
}

function Left({ until }: { until: number }) {
  void tick.value;
  return <small aria-hidden="true">{Math.max(1, Math.ceil((until - Date.now()) / 1000))}</small>;
}
