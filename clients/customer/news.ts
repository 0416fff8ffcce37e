/** The news that an order is ready or has come to nothing: as a notification, a sound and a buzz, where a tap has asked for it. */
import { effect } from "@preact/signals";
import type { Status } from "../lib/frames";
import { save } from "../lib/store";
import type { Order } from "../lib/wire";
import type { Follower } from "./follow";
import { headline } from "./hero";
import { denied, KEY, wanted, works } from "./notify";

const KEPT = 20;
/** What the cook can take back for some seconds is told after them: nobody gets up for a slip of the finger. */
const SETTLE_MS = 6_000;
const MAY_GO_BACK: readonly Status[] = ["ready", "dispatched"];
const NEWS: readonly Status[] = ["ready", "dispatched", "rejected", "expired", "cancelled"];

/** Want the news of an order, or no more. */
export async function turn(id: string, on: boolean): Promise<void> {
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = effect(() => {
    const order = follower.order.value;
    if (!order) return;
    const was = before;
    before = order.status;
    if (was !== order.status) clearTimeout(timer);
    if (was === null || was === order.status || !NEWS.includes(order.status) || !wanted.peek().includes(order.id)) return;
    const tell = () => {
      chime();
      navigator.vibrate?.([180, 90, 180]);
      void show(order, follower.shop.peek()?.name ?? "Orderbell");
    };
    if (MAY_GO_BACK.includes(order.status)) timer = setTimeout(tell, SETTLE_MS);
    else tell();
  });
  return () => {
    clearTimeout(timer);
    end();
  };
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
