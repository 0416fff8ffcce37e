/** The start gate: browsers play sound only after a tap, so the service begins with one. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { getShop } from "../lib/api";
import { lang } from "../lib/i18n";
import { DoorTop } from "../lib/parts/door";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { stayAwake } from "../lib/awake";
import { goFull } from "./full";
import { startService } from "./line";
import { checking } from "./readiness";
import { play, unlock } from "./sound";
import { device, log } from "./state";
import { t } from "./words";

export function Gate({ onStart }: { onStart: () => void }) {
  const busy = useSignal(false);
  const name = useSignal(log.value.shop?.name ?? device.value?.shop ?? "");
  useSignalEffect(() => {
    const slug = device.peek()?.shop;
    if (!slug) return;
    getShop(slug, lang.value).then(
      ({ shop }) => {
        name.value = shop.name;
      },
      () => {}, // what is known will do
    );
  });
  const start = async () => {
    if (busy.value) return;
    busy.value = true;
    startService(); // orders must not wait for a sound card
    // All at once, as only a fresh tap may ask for them; what is refused can be asked for again on the board.
    await Promise.all([unlock().then(() => play("new")), goFull(), stayAwake()]);
    checking.value = true;
    onStart();
  };
  return (
    <main class="door centered">
      <DoorTop />
      <h1>{name.value}</h1>
      <button type="button" class="button primary gate-start" aria-busy={busy.value} onClick={() => void start()}>
        <Icon d={icon.sound} size={40} />
        {t().start}
      </button>
      <p class="muted">{t().gateText}</p>
    </main>
  );
}
