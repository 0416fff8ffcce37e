/** The kitchen's page: connect the screen, start the service, and then the board. */
import "../lib/base.css";
import "../lib/pair.css";
import "./style.css";
import "./service.css";
import { effect, signal, useSignal, useSignalEffect } from "@preact/signals";
import { late } from "../lib/late";
import { boot } from "../lib/parts/boot";
import { keepShell } from "../lib/worker";
import { codeInLink } from "../lib/parts/device";
import { tick } from "../lib/time";
import { common } from "../lib/words";
import { hidden } from "./attention";
import { Board } from "./board";
import { Gate } from "./gate";
import { askLater, DESK } from "./later";
import type { PairingProps } from "./pair";
import { device, log } from "./state";
import { theme } from "./theme";
import { t } from "./words";

/** Once in a screen's life. */
const pairing = late<PairingProps>(() => import("./pair").then((module) => module.Pairing));

const title = signal(document.title);

function Kitchen() {
  const serving = useSignal(false);
  const code = useSignal(codeInLink());
  useSignalEffect(() => {
    const waiting = [...log.value.orders.values()].filter((order) => order.status === "placed").length;
    const count = waiting > 0 ? `(${waiting}) ` : "";
    // Nobody sees the page: its tab says so in red, and while an order waits it changes each second.
    if (serving.value && hidden.value && (waiting === 0 || tick.value % 2)) title.value = `🔴 ${count}${t().hidden}`;
    else title.value = `${count}${log.value.shop?.name ?? "Orderbell"} · ${t().title}`;
  });
  if (!device.value || code.value) {
    serving.value = false;
    return (
      <pairing.Part
        code={code.value}
        onDone={() => {
          code.value = "";
        }}
        waiting={<main class="door" aria-busy="true" />}
        failed={
          <main class="door">
            <button type="button" class="button" onClick={pairing.ask}>{common().retry}</button>
          </main>
        }
      />
    );
  }
  if (!serving.value) {
    return (
      <Gate
        onStart={() => {
          serving.value = true;
          askLater();
        }}
      />
    );
  }
  return (
    <>
      <Board />
      <DESK.slips.Part waiting={null} failed={null} />
    </>
  );
}

effect(() => {
  document.title = title.value;
});
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
void boot(Kitchen);
keepShell("/kitchen/sw.js");
