/** The sheets of the board, whoever opened them: a ticket's buttons, the lanes' or a key. */
import "./sheets.css";
import { useEffect } from "preact/hooks";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { save } from "../lib/store";
import type { Order } from "../lib/wire";
import { AllDaySheet } from "./allday-panel";
import { usual } from "./bump";
import { MinutesSheet, ReasonSheet } from "./choose";
import { DetailsSheet } from "./details";
import { KEYS_ON, keysOn } from "./keyboard";
import { listen } from "./keys";
import { close, panel } from "./panels";
import { RecallSheet } from "./recall";
import { SoldOutSheet } from "./soldout";
import { log, shop } from "./state";
import { choose, stations } from "./stations";
import { t } from "./words";
import { desk as d } from "./words/desk";

export { AllDay } from "./allday-panel";
export { Flags } from "./flags";
export { Phone } from "./phone";
export { UndoBar } from "./undo";

/** The order as it is now; as it was, where it has left the screen meanwhile. */
const present = (order: Order): Order =>
  log.value.orders.get(order.id) ?? log.value.done.find(({ id }) => id === order.id) ?? log.value.gone.get(order.id) ?? order;

export function Sheets() {
  useEffect(listen, []);
  const open = panel.value;
  switch (open?.name) {
    case "details":
      return <DetailsSheet order={present(open.order)} onClose={close} />;
    case "minutes":
      return <MinutesSheet order={present(open.order)} onClose={close} />;
    case "reject":
      return <ReasonSheet order={present(open.order)} name="reject" onClose={close} />;
    case "recall":
      return <RecallSheet onClose={close} />;
    case "soldout":
      return <SoldOutSheet onClose={close} />;
    case "allday":
      return <AllDaySheet onClose={close} />;
    case "stations":
      return <StationsSheet />;
    case "help":
      return <HelpSheet />;
    default:
      return null;
  }
}

function setKeysOn(on: boolean): void {
  keysOn.value = on;
  save(KEYS_ON, on);
}

function StationsSheet() {
  const chosen = stations.value;
  const toggle = (id: string) => () => choose(chosen.has(id) ? [...chosen].filter((other) => other !== id) : [...chosen, id]);
  return (
    <Sheet kind="center" title={t().stations} onClose={close}>
      <p class="muted">{d().stationsText}</p>
      <div class="stack">
        <button type="button" class="button big" aria-pressed={chosen.size === 0} onClick={() => choose([])}>
          <Icon d={icon.check} /> {d().allStations}
        </button>
        {shop.value?.categories.map(({ id, name }) => (
          <button key={id} type="button" class="button big" aria-pressed={chosen.has(id)} onClick={toggle(id)}>
            {chosen.has(id) && <Icon d={icon.check} />} {name}
          </button>
        ))}
      </div>
    </Sheet>
  );
}

function HelpSheet() {
  const on = keysOn.value;
  return (
    <Sheet kind="center" title={d().keys} onClose={close}>
      <dl class="keys" lang={lang.value}>
        {d().keyList(usual.value).map(([key, does]) => (
          <div key={key}>
            <dt><kbd class="key">{key}</kbd></dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button big wide" aria-pressed={on} onClick={() => setKeysOn(!on)}>
        {on ? d().keysOn : d().keysOff}
      </button>
    </Sheet>
  );
}
