/** Keep the screen awake: a kitchen's while the service runs, a board's always. */
import { signal } from "@preact/signals";

export const awake = signal(false);
let wanted = false;

/** Ask for the lock; the browser takes it back whenever the page is hidden, so it is asked for again on every return. */
export async function stayAwake(): Promise<boolean> {
  if (!wanted) {
    wanted = true;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !awake.value) void stayAwake();
    });
  }
  try {
    const lock = await navigator.wakeLock.request("screen");
    awake.value = true;
    lock.addEventListener("release", () => {
      awake.value = false;
    });
  } catch {
    awake.value = false; // not offered (plain http), or refused on a low battery
  }
  return awake.value;
}
