/** What guests see: who is still in work, who may collect, and whether that is true now. */
import type { ComponentChildren } from "preact";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { clock, serverNow, tick } from "../lib/time";
import { Both } from "./both";
import { sounds, toggleChime } from "./chime";
import { announced, BLANK_MS, board, heardAt, shop, silence, STALE_MS, unknown } from "./feed";
import { Half } from "./half";
import { attended, canBeFull, full, shift, theme, toggleFull, toggleTheme } from "./screen";
import { first, languages, type Words } from "./words";

export function Board() {
  void tick.value;
  const [x, y] = shift.value;
  return (
    <div class="wall" style={{ transform: `translate(${x}px, ${y}px)` }}>
      <header class="head">
        <h1>{shop.value?.name ?? first().title}</h1>
        {shop.value && <time>{clock(serverNow(), shop.value.timezone, languages()[0])}</time>}
      </header>
      <Content />
      <Controls />
      <p class="hidden" role="status">
        {announced.value.length > 0 && <Both of={(words) => words.isReady(announced.value.join(" "))} />}
      </p>
    </div>
  );
}

function Content() {
  void tick.value; // silence grows by itself
  if (unknown.value) return <Say what={(words) => words.unknown} why={(words) => words.unknownWhy} />;
  const now = board.value;
  const silent = silence();
  if (silent >= BLANK_MS) return <Say what={(words) => words.ask} why={(words) => words.askWhy} />;
  if (!now) return <Say what={(words) => words.loading} />;
  return (
    <>
      <main class="halves">
        <Half kind="preparing" codes={now.preparing} />
        <Half kind="ready" codes={now.ready} />
      </main>
      <div role="status">
        {silent > STALE_MS && (
          <p class="stale">
            <Icon d={icon.wifi} />
            <span class="both">
              <Both of={(words) => words.stale(clock(heardAt(), shop.value?.timezone ?? "", languages()[0]))} />
            </span>
          </p>
        )}
      </div>
    </>
  );
}

function Say({ what, why }: { what: (words: Words) => string; why?: (words: Words) => string }) {
  return (
    <main class="say">
      <div role="status">
        <p class="say-what both">
          <Both of={what} />
        </p>
        {why && (
          <p class="say-why both">
            <Both of={why} />
          </p>
        )}
      </div>
    </main>
  );
}

/** For whoever sets the screen up. They go away by themselves, and come back with a touch, a mouse or a key. */
function Controls() {
  const next = theme.value === "dark" ? "light" : "dark";
  return (
    <div class={attended.value ? "controls" : "controls away"}>
      <Control d={sounds() ? icon.sound : icon.mute} onTap={toggleChime}>
        {sounds() ? first().soundOn : first().soundOff}
      </Control>
      <Control d={icon.sun} onTap={toggleTheme}>
        {first()[next]}
      </Control>
      {canBeFull() && (
        <Control d={full.value ? icon.close : icon.full} onTap={() => void toggleFull()}>
          {full.value ? first().leaveFullScreen : first().fullScreen}
        </Control>
      )}
    </div>
  );
}

function Control({ d, onTap, children }: { d: string; onTap: () => void; children: ComponentChildren }) {
  return (
    <button type="button" class="button" onClick={onTap}>
      <Icon d={d} /> <span class="control-word">{children}</span>
    </button>
  );
}
