/** The button that asks for a notification: after placing, and only where one works. What it does comes late (news.ts). */
import { signal } from "@preact/signals";
import type { Status } from "../lib/frames";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { load } from "../lib/store";
import type { Order } from "../lib/wire";
import { t } from "./words/tracker";

export const KEY = "orderbell.notify";
const BEFORE: readonly Status[] = ["placed", "accepted", "preparing"];

/** The orders whose news is wanted. */
export const wanted = signal<string[]>(load<string[]>(KEY, []));
/** The answer was no, just now. */
export const denied = signal(false);

// Plain http and some browsers have none; there the page alone must do.
export const works = (): boolean => isSecureContext && "Notification" in window;

const turn = (id: string, on: boolean) => import("./rest").then((module) => module.turn(id, on)).catch(() => {});

export function NotifyButton({ order }: { order: Order }) {
  if (!works() || !BEFORE.includes(order.status)) return null;
  if (denied.value) return <p class="muted small centered" role="status">{t().notifyDenied}</p>;
  if (Notification.permission === "denied") return null;
  const on = wanted.value.includes(order.id) && Notification.permission === "granted";
  return (
    <div class="notify">
      <button type="button" class="button wide" aria-pressed={on} aria-describedby={on ? "notify-on" : undefined} onClick={() => void turn(order.id, !on)}>
        <Icon d={on ? icon.check : icon.bell} /> {t().notify}
      </button>
      {on && <p class="muted small centered" id="notify-on" role="status">{t().notifyOn}</p>}
    </div>
  );
}
