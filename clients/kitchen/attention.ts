/** A page that nobody sees: it says so in its title, and by a notification where that is allowed. */
import { signal } from "@preact/signals";

const page = typeof document === "undefined" ? null : document;

export const hidden = signal(page?.visibilityState === "hidden");

page?.addEventListener("visibilitychange", () => {
  hidden.value = page.visibilityState === "hidden";
});

export const canNotify = typeof Notification !== "undefined";
export const mayNotify = signal(canNotify && Notification.permission === "granted");

/** Tell whoever works in another window; the same `tag` takes the place of the one before. */
export function notify(title: () => string, tag: string): void {
  if (hidden.value && mayNotify.value) void show(title(), tag);
}

async function show(title: string, tag: string): Promise<void> {
  const how = { tag, requireInteraction: true, icon: "/bell.svg" };
  try {
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker) {
      await worker.showNotification(title, how); // on a phone there is no other way
      return;
    }
    const shown = new Notification(title, how);
    shown.onclick = () => {
      focus();
      shown.close();
    };
  } catch {
    // Not allowed after all: the ring and the title say it too.
  }
}
