/** Whether everything has arrived here, and how fast: explained. */
import { p95 } from "../lib/delivery";
import { Sheet } from "../lib/parts/sheet";
import { tick } from "../lib/time";
import { inWords, lineWord, storedWord } from "./delivery";
import { behind, dropped, heard, log, silence, stored, times } from "./state";
import { t } from "./words";
import { desk as d } from "./words/desk";

export function DeliverySheet({ onClose }: { onClose: () => void }) {
  void tick.value;
  const took = p95(times.value);
  return (
    <Sheet kind="center" title={t().delivery} onClose={onClose}>
      <dl class="facts">
        <dt>{d().lineIs}</dt>
        <dd>{lineWord()}</dd>
        <dt>{d().checkedIs}</dt>
        <dd>{heard.value === 0 ? t().never : t().heardAgo(Math.floor(silence() / 1000))}</dd>
        <dt>{d().openIs}</dt>
        <dd>{storedWord()}</dd>
        <dt>{d().storedIs}</dt>
        <dd>{Math.max(stored.value, log.value.seq)} {behind.value > 0 ? "≠" : "="} {Math.max(stored.value, log.value.seq) - behind.value}</dd>
        <dt>{d().timeIs}</dt>
        <dd>{took === null ? "–" : t().onScreenIn(inWords(took))}</dd>
        <dt>{d().repeatsIs}</dt>
        <dd>{dropped.value}</dd>
      </dl>
      <div class="stack muted">
        <p>{d().storedMeans}</p>
        <p>{took === null ? d().timeUnknown : d().timeMeans(inWords(took))}</p>
      </div>
    </Sheet>
  );
}
