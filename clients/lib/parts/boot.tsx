/** Start a page: load its words, draw it, and let the seconds run. */
import { type ComponentType, render } from "preact";
import { backoff } from "../backoff";
import { lang, loadWords } from "../i18n";
import { startTicking } from "../time";

export async function boot(Page: ComponentType): Promise<void> {
  const begun = Date.now();
  for (;;) {
    try {
      await loadWords(lang.value);
      break;
    } catch {
      await new Promise((again) => setTimeout(again, backoff(Date.now() - begun)));
    }
  }
  startTicking();
  const place = document.getElementById("app");
  if (place) render(<Page />, place);
}
