/** Full screen: nothing but tickets, and no address bar under a wet thumb. */
import { signal } from "@preact/signals";

const page = typeof document === "undefined" ? null : document;

/** An installed page has no bars either. */
const isFull = (): boolean =>
  Boolean(page?.fullscreenElement) || matchMedia("(display-mode: fullscreen), (display-mode: standalone)").matches;

export const full = signal(false);
export const canFull = Boolean(page?.fullscreenEnabled);

page?.addEventListener("fullscreenchange", () => {
  full.value = isFull();
});

/** Ask for full screen; call it in a user's gesture. */
export async function goFull(): Promise<void> {
  full.value = isFull();
  if (full.value || !canFull) return;
  try {
    await Promise.race([page?.documentElement.requestFullscreen(), new Promise((done) => setTimeout(done, 1000))]);
  } catch {
    // Refused: the page serves as well with its bars.
  }
  full.value = isFull();
}
