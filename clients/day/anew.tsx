/** A link alone never takes a screen away from its shop: the kitchen's page shares this device, and orders ring there. */
import { DoorTop } from "../lib/parts/door";
import { device, report } from "./state";
import { t } from "./words";

/** Ask before the code of a link is used on a device that a shop has already. */
export function ConnectAnew({ onYes, onNo }: { onYes: () => void; onNo: () => void }) {
  return (
    <main class="door">
      <DoorTop />
      <h1>{t().anew}</h1>
      <p class="muted">{t().anewText(report.value?.name ?? device.value?.shop ?? "")}</p>
      <button type="button" class="button primary wide" onClick={onNo}>
        {t().anewNo}
      </button>
      <button type="button" class="button wide" onClick={onYes}>
        {t().anewYes}
      </button>
    </main>
  );
}
