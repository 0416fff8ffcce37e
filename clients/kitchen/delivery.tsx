/** Whether everything has arrived here, and how fast: explained. */
import { p95 } from "../lib/delivery";
import { Sheet } from "../lib/parts/sheet";
import { tick } from "../lib/time";
import { dropped, heard, line, log, polling, silence, stored, times } from "./state";
import { t } from "./words";

export const lineWord = (): string => (line.value === "online" ? t().online : polling.value ? t().polling : t().reconnecting);

export const storedWord = (): string => {
  const here = log.value.seq;
  return stored.value > here ? t().behind(stored.value, here) : t().onScreen(here);
};

/** A span of ms in words: tenths of seconds, then seconds, then minutes. */
export function inWords(ms: number): string {
  if (ms >= 120_000) return t().minutes(Math.round(ms / 60_000));
  return t().seconds(ms < 10_000 ? Math.max(0.1, Math.round(ms / 100) / 10) : Math.round(ms / 1000));
}

export function DeliverySheet({ onClose }: { onClose: () => void }) {
  void tick.value;
  const took = p95(times.value);
  return (
    <Sheet kind="center" title={t().delivery} onClose={onClose}>
      <dl class="facts">
        <dt>{t().lineIs}</dt>
        <dd>{lineWord()}</dd>
        <dt>{t().checkedIs}</dt>
        <dd>{heard.value === 0 ? t().never : t().heardAgo(Math.floor(silence() / 1000))}</dd>
        <dt>{t().storedIs}</dt>
        <dd>{Math.max(stored.value, log.value.seq)} / {log.value.seq}</dd>
        <dt>{t().timeIs}</dt>
        <dd>{took === null ? "–" : t().onScreenIn(inWords(took))}</dd>
        <dt>{t().repeatsIs}</dt>
        <dd>{dropped.value}</dd>
      </dl>
      <div class="stack muted">
        <p>{t().storedMeans}</p>
        <p>{took === null ? t().timeUnknown : t().timeMeans(inWords(took))}</p>
      </div>
    </Sheet>
  );
}
