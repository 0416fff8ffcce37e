/** The owner's page: one day of the shop in figures. */
import "../lib/base.css";
import "../lib/pair.css";
import "./style.css";
import { useSignal, useSignalEffect } from "@preact/signals";
import { boot } from "../lib/parts/boot";
import { codeInLink, PairPage } from "../lib/parts/pair";
import { keepShell } from "../lib/worker";
import { ConnectAnew } from "./anew";
import { ReportPage } from "./report";
import { device, report, sentAway, setDevice, watch } from "./state";
import { t } from "./words";

function Day() {
  const code = useSignal(codeInLink());
  const isSure = useSignal(false);
  useSignalEffect(() => {
    document.title = `${report.value?.name ?? "Orderbell"} · ${t().title}`;
  });
  const done = () => {
    code.value = "";
  };
  if (device.value && !code.value) return <ReportPage />;
  if (device.value && !isSure.value) {
    return (
      <ConnectAnew
        onYes={() => {
          isSure.value = true;
        }}
        onNo={done}
      />
    );
  }
  return (
    <PairPage
      code={code.value}
      name={t().deviceName}
      revoked={sentAway.value}
      onPaired={(next) => {
        setDevice(next);
        done();
      }}
      back={device.value && { label: t().backToReport, go: done }}
    />
  );
}

watch();
void boot(Day);
keepShell("/day/sw.js");
