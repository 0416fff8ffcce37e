/** Whose times a page tells. */
import { lang } from "../lib/i18n";
import { clock, serverNow } from "../lib/time";
import { t } from "./words/rest";

/** Say whose times these are, where the phone's own clock tells others. */
export function Zone({ zone }: { zone: string }) {
  const now = serverNow();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || clock(now, zone, "en") === clock(now, own, "en")) return null;
  return <p class="muted small zone">{t().zone(nameOf(zone, now))}</p>;
}

function nameOf(zone: string, now: number): string {
  try {
    const parts = new Intl.DateTimeFormat(lang.value, { timeZone: zone, timeZoneName: "long" }).formatToParts(now);
    return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
  } catch {
    return zone;
  }
}
