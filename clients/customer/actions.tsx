/** What a customer can still do: remind the kitchen, cancel, or ask to cancel. Each says why when it cannot be done. */
import { useSignal } from "@preact/signals";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { clock, serverNow, tick } from "../lib/time";
import { nudgeState } from "../lib/tracker";
import type { Order, Shop } from "../lib/wire";
import type { Follower } from "./follow";
import { t } from "./words/tracker";

export function Actions({ order, shop, follower }: { order: Order; shop: Shop | null; follower: Follower }) {
  void tick.value;
  const asking = useSignal(false);
  const nudged = useSignal(order.nudges);
  const zone = shop?.timezone ?? "";
  const offline = follower.state.value !== "online";
  const pending = follower.pending.value;
  const nudge = nudgeState(order, serverNow(), follower.nudgedAt.value);
  const placed = order.status === "placed";
  const canAsk = ["placed", "accepted", "preparing", "ready"].includes(order.status);
  const why = offline
    ? t().needsLine
    : nudge.can
      ? order.nudges > nudged.value ? t().nudged : ""
      : nudge.why === "wait"
        ? (order.nudges > 0 ? `${t().nudged} ` : "") + t().nudgeAt(clock(nudge.at, zone, lang.value))
        : nudge.why === "used_up" ? t().nudgeUsedUp : "";
  const fault = follower.failed.value;
  return (
    <section class="actions">
      {fault && (
        <p class="notice bad" role="alert">
          <Icon d={icon.alert} /> {fault.code === "conflict" ? t().conflict : `${t().commandFailed}: ${fault.detail}`}
        </p>
      )}
      {order.cancel_requested_at && <p class="notice">{t().askedCancel}</p>}
      <div class="action-row">
        {nudge.can || nudge.why !== "closed" ? (
          <button
            type="button"
            class="button"
            disabled={offline || !nudge.can || pending.includes("nudge")}
            aria-describedby={why ? "nudge-why" : undefined}
            onClick={() => {
              follower.noteNudge(serverNow());
              follower.command({ name: "nudge" });
            }}
          >
            <Icon d={icon.bell} /> {t().nudge}
          </button>
        ) : null}
        {canAsk && !order.cancel_requested_at && (
          <button
            type="button"
            class="button quiet"
            disabled={offline || pending.includes("cancel")}
            onClick={() => {
              asking.value = true;
            }}
          >
            {placed ? t().cancelOrder : t().askCancel}
          </button>
        )}
      </div>
      {why && <p class="muted small" id="nudge-why" role="status">{why}</p>}
      {asking.value && canAsk && (
        <Sheet
          kind="center"
          title={placed ? t().cancelOrder : t().askCancel}
          onClose={() => {
            asking.value = false;
          }}
        >
          <p>{placed ? t().cancelSure : t().askSure}</p>
          <div class="action-row">
            <button
              type="button"
              class="button"
              onClick={() => {
                asking.value = false;
              }}
            >
              {t().keep}
            </button>
            <button
              type="button"
              class="button danger"
              onClick={() => {
                asking.value = false;
                follower.command({ name: "cancel" });
              }}
            >
              {placed ? t().yesCancel : t().yesAsk}
            </button>
          </div>
        </Sheet>
      )}
    </section>
  );
}
