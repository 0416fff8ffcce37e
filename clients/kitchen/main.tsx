/** The kitchen's page: connect the screen, start the service, and then the board. */
import "../lib/base.css";
import "./style.css";
import { effect, useSignal, useSignalEffect } from "@preact/signals";
import { boot } from "../lib/parts/boot";
import { Board } from "./board";
import { Gate } from "./gate";
import { codeInLink, PairPage } from "./pair";
import { device, log } from "./state";
import { theme } from "./theme";
import { t } from "./words";

function Kitchen() {
  const serving = useSignal(false);
  const code = useSignal(codeInLink());
  useSignalEffect(() => {
    const waiting = [...log.value.orders.values()].filter((order) => order.status === "placed").length;
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}${log.value.shop?.name ?? "Orderbell"} · ${t().title}`;
  });
  if (!device.value || code.value) {
    serving.value = false;
    return (
      <PairPage
        code={code.value}
        onDone={() => {
          code.value = "";
        }}
      />
    );
  }
  if (!serving.value) {
    return (
      <Gate
        onStart={() => {
          serving.value = true;
        }}
      />
    );
  }
  return <Board />;
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
void boot(Kitchen);
