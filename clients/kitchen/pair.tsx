/** Connect this screen to its shop. */
import { PairPage } from "../lib/parts/pair";
import { device, sentAway, setDevice } from "./state";
import { t } from "./words";

export interface PairingProps {
  code: string;
  onDone: () => void;
}

export function Pairing({ code, onDone }: PairingProps) {
  return (
    <PairPage
      code={code}
      name={t().deviceDefault}
      revoked={sentAway.value > 0}
      onPaired={(next) => {
        sentAway.value = 0;
        setDevice(next);
        onDone();
      }}
      back={device.value && { label: t().start, go: onDone }}
    />
  );
}
