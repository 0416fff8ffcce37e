/** Start a page: load its words, draw it, and let the seconds run. */
import { type ComponentType, render } from "preact";
import { backoff } from "../backoff";
import { lang, loadWords } from "../i18n";
import { startTicking } from "../time";

const reloaded = (): boolean =>
  performance.getEntriesByType("navigation").some((entry) => (entry as PerformanceNavigationTiming).type === "reload");

export async function boot(Page: ComponentType): Promise<void> {
  const begun = Date.now();
  let failures = 0;
  for (;;) {
    try {
      await loadWords(lang.value);
      break;
    } catch {
      // Older browsers keep a failed import() as long as the page: once, another page is tried.
      if (failures++ > 0 && navigator.onLine && !reloaded()) return location.reload();
      await new Promise((again) => setTimeout(again, backoff(Date.now() - begun)));
    }
  }
  startTicking();
  const place = document.getElementById("app");
  if (place) render(<Page />, place);
}
