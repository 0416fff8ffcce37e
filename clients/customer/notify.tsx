/** A notification when the order is ready or has come to nothing: asked for by a tap, after placing, and only where it works. */
import { effect, signal } from "@preact/signals";
import type { Status } from "../lib/frames";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { load, save } from "../lib/store";
import type { Order } from "../lib/wire";
import type { Follower } from "./follow";
import { headline } from "./hero";
import { t } from "./words/tracker";

const KEY = "orderbell.notify";
const KEPT = 20;
const NEWS: readonly Status[] = ["ready", "dispatched", "rejected", "expired", "cancelled"];
const BEFORE: readonly Status[] = ["placed", "accepted", "preparing"];

/** The orders whose news is wanted. */
const wanted = signal<string[]>(load<string[]>(KEY, []));
/** The answer was no, just now. */
const denied = signal(false);

// Plain http and some browsers have none; there the page alone must do.
const works = (): boolean => isSecureContext && "Notification" in window;

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

async function turn(id: string, on: boolean): Promise<void> {
  if (on) {
    unlockSound();
    if ((await Notification.requestPermission()) !== "granted") {
      denied.value = true;
      return;
    }
  }
  const others = wanted.value.filter((other) => other !== id);
  wanted.value = on ? [id, ...others].slice(0, KEPT) : others;
  save(KEY, wanted.value);
}

/** Watch an order, drawn or not (a page in the background is not), and tell its news. Return what ends it. */
export function tellWhenReady(follower: Follower): () => void {
  let before: Status | null = null;
  return effect(() => {
    const order = follower.order.value;
    if (!order) return;
    const was = before;
    before = order.status;
    if (was === null || was === order.status || !NEWS.includes(order.status) || !wanted.peek().includes(order.id)) return;
    chime();
    navigator.vibrate?.([180, 90, 180]);
    void show(order, follower.shop.peek()?.name ?? "Orderbell");
  });
}

async function show(order: Order, shop: string): Promise<void> {
  if (!works() || Notification.permission !== "granted") return;
  const title = `${order.number} · ${headline(order)}`;
  const how = { body: shop, tag: order.id, icon: "/icon-192.png", data: { url: location.href } };
  try {
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker?.active) await worker.showNotification(title, how);
    else new Notification(title, how);
  } catch {
    // Android has no notifications without a worker: the page itself has told it already.
  }
}

let audio: AudioContext | null = null;

/** Sound is allowed by a tap only, and this is one. */
function unlockSound(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    audio = null;
  }
}

const NOTES = [660, 880];

/** Two soft notes: a phone is nearer to the ear than a kitchen's tablet. */
function chime(): void {
  if (audio?.state !== "running") return;
  for (const [index, pitch] of NOTES.entries()) {
    const at = audio.currentTime + index * 0.18;
    const tone = new OscillatorNode(audio, { type: "sine", frequency: pitch });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  }
}
