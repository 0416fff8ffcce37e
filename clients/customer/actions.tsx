/** What a customer can still do: remind the kitchen, cancel, or ask to cancel. Each says why when it cannot be done. */
import { useSignal } from "@preact/signals";
import type { Status } from "../lib/frames";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { clock, serverNow, tick } from "../lib/time";
import { nudgeState, type NudgeState } from "../lib/tracker";
import type { Order, Shop } from "../lib/wire";
import type { Fault, Follower } from "./follow";
import { canCall } from "./hero";
import { t } from "./words/rest";

interface ActionProps {
  order: Order;
  shop: Shop | null;
  follower: Follower;
}

/** While the kitchen has it in hand, a wish to cancel may still be granted. */
const undecided: readonly Status[] = ["placed", "accepted", "preparing"];

export function Actions({ order, shop, follower }: ActionProps) {
  void tick.value;
  const asking = useSignal(false);
  const nudged = useSignal(order.nudges);
  const line = follower.line();
  const pending = follower.pending.value;
  const nudge = nudgeState(order, serverNow(), follower.nudgedAt.value);
  const placed = order.status === "placed";
  const canAsk = ["placed", "accepted", "preparing", "ready"].includes(order.status);
  const canNudge = nudge.can || nudge.why !== "closed";
  const fault = follower.failed.value;
  if (!canNudge && !canAsk && !fault) return null;
  const said =
    line === "polling" ? t().needsLive(canCall(shop)) : line !== "live" ? t().needsLine : canNudge ? wordsFor(nudge, order, order.nudges > nudged.value, shop) : "";
  return (
    <section class="actions">
      {fault && (
        <p class="notice bad" role="alert">
          <Icon d={icon.alert} /> {wordsForFault(fault)}
        </p>
      )}
      {order.cancel_requested_at && undecided.includes(order.status) && <p class="notice" role="status">{t().askedCancel}</p>}
      <div class="action-row">
        {canNudge && (
          <button
            type="button"
            class="button"
            disabled={line !== "live" || !nudge.can || pending.includes("nudge")}
            aria-describedby={said ? "nudge-why" : undefined}
            onClick={() => follower.command({ name: "nudge" })}
          >
            <Icon d={icon.bell} /> {t().nudge}
          </button>
        )}
        {canAsk && !order.cancel_requested_at && (
          <button
            type="button"
            class="button quiet"
            disabled={line !== "live" || pending.includes("cancel")}
            onClick={() => {
              asking.value = true;
            }}
          >
            {placed ? t().cancelOrder : t().askCancel}
          </button>
        )}
      </div>
      {said && <p class="muted small" id="nudge-why" role="status">{said}</p>}
      {asking.value && canAsk && (
        <CancelSheet
          placed={placed}
          onClose={() => {
            asking.value = false;
          }}
          onYes={() => follower.command({ name: "cancel" })}
        />
      )}
    </section>
  );
}

/** Whether the last reminder has come, when the next may go, and how many are left. */
function wordsFor(nudge: NudgeState, order: Order, done: boolean, shop: Shop | null): string {
  const said: string[] = [];
  if (done || (order.nudges > 0 && !nudge.can && nudge.why === "wait")) said.push(t().nudged);
  if (nudge.can) {
    if (order.nudges > 0) said.push(t().nudgesLeft(nudge.left));
  } else if (nudge.why === "wait") said.push(t().nudgeAt(clock(nudge.at, shop?.timezone ?? "", lang.value)));
  else if (nudge.why === "used_up") said.push(t().nudgeUsedUp(canCall(shop)));
  return said.join(lang.value === "en" ? " " : "");
}

function wordsForFault(fault: Fault): string {
  if (fault.code === "conflict") return t().conflict;
  if (fault.code === "rate_limited") return fault.command === "nudge" ? t().nudgedByOther : t().tooMany;
  return t().commandFailed(fault.detail);
}

function CancelSheet({ placed, onClose, onYes }: { placed: boolean; onClose: () => void; onYes: () => void }) {
  return (
    <Sheet kind="center" title={placed ? t().cancelOrder : t().askCancel} onClose={onClose}>
      <p>{placed ? t().cancelSure : t().askSure}</p>
      <div class="action-row">
        <button type="button" class="button" onClick={onClose}>
          {t().keep}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            onClose();
            onYes();
          }}
        >
          {placed ? t().yesCancel : t().yesAsk}
        </button>
      </div>
    </Sheet>
  );
}
