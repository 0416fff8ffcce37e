/** Taking orders or not: a switch of the shop's, live on every open menu. */
import type { Accepting } from "../lib/frames";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { serverNow } from "../lib/time";
import { FaultLine } from "./fault";
import { command } from "./commands";
import { log } from "./state";
import { desk as d } from "./words/desk";

const BUSY = [10, 20, 30];
const PAUSE = [15, 30, 60];

export function AcceptingSheet({ onClose }: { onClose: () => void }) {
  const shop = log.value.shop;
  const now = shop?.accepting;
  const set = (accepting: Accepting, more: { busy_minutes?: number; paused_until?: string } = {}) => () => {
    command({ name: "shop", accepting, ...more });
    onClose();
  };
  const until = (minutes: number) => new Date(serverNow() + minutes * 60_000).toISOString().replace(/\.\d+Z$/, "Z");
  return (
    <Sheet kind="center" title={d().acceptingTitle} onClose={onClose}>
      <FaultLine about="shop" />
      <div class="stack">
        <button type="button" class="button big" aria-pressed={now === "open"} onClick={set("open")}>
          <Icon d={icon.check} /> {d().openNow}
        </button>
        <div class="grid three">
          {BUSY.map((minutes) => (
            <button
              key={minutes}
              type="button"
              class="button big"
              aria-pressed={now === "busy" && shop?.busy_minutes === minutes}
              onClick={set("busy", { busy_minutes: minutes })}
            >
              {d().busyBy(minutes)}
            </button>
          ))}
        </div>
        <div class="grid three">
          {PAUSE.map((minutes) => (
            <button key={minutes} type="button" class="button big" onClick={set("paused", { paused_until: until(minutes) })}>
              {d().pauseFor(minutes)}
            </button>
          ))}
        </div>
        <button type="button" class="button big" aria-pressed={now === "paused" && !shop?.paused_until} onClick={set("paused")}>
          {d().pauseOpen}
        </button>
        <button type="button" class="button big" aria-pressed={now === "closed"} onClick={set("closed")}>
          {d().closeShop}
        </button>
      </div>
    </Sheet>
  );
}
