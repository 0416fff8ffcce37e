/** The header: whose screen, what time, how fresh, and whether it can be heard. */
import { useSignal } from "@preact/signals";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { p95 } from "../lib/delivery";
import { clock, serverNow, tick } from "../lib/time";
import { audible, deaf, muted, setMuted } from "./sound";
import { pending } from "./commands";
import { inWords, lineWord, storedWord } from "./delivery";
import type { DeskSheet } from "./desk";
import { DESK } from "./later";
import { check } from "./line";
import { panel } from "./panels";
import { soundOn } from "./readiness";
import { AMBER_S, behind, device, heard, line, polling, RED_S, shop as shopNow, silence, times } from "./state";
import { t } from "./words";

export function Header() {
  const sheet = useSignal<DeskSheet | null>(null);
  const open = (which: DeskSheet | null) => () => {
    sheet.value = which;
  };
  const shop = shopNow.value;
  void tick.value;
  const state = shop?.accepting ?? "open";
  const until = shop?.paused_until ? ` ${t().until(clock(shop.paused_until, shop.timezone, lang.value))}` : "";
  const busy = state === "busy" && shop?.busy_minutes ? ` +${shop.busy_minutes}` : "";
  const word = t().accepting[state];
  return (
    <header class="bar">
      <div class="bar-who">
        <h1 class="bar-shop">{shop?.name ?? device.value?.shop}</h1>
        <time class="bar-clock">{clock(serverNow(), shop?.timezone ?? "", lang.value)}</time>
      </div>
      <Freshness
        onTap={() => {
          check();
          sheet.value = "delivery";
        }}
      />
      <div class="bar-do">
        <button type="button" class={`button accepting ${state}`} aria-label={t().acceptingIs(word + busy + until)} onClick={open("accepting")}>
          <span class="dot" /> {word}{busy}
        </button>
        <button type="button" class="button" onClick={() => { panel.value = { name: "soldout" }; }}>
          <Icon d={icon.ban} /> {t().soldOut}
        </button>
        <button type="button" class="button" onClick={() => { panel.value = { name: "recall" }; }}>
          <Icon d={icon.undo} /> {t().recall}
        </button>
        <SoundButton />
        <button type="button" class="button square" aria-label={t().settings} onClick={open("settings")}>
          <Icon d={icon.gear} />
        </button>
      </div>
      {sheet.value && <DESK.sheets.Part open={sheet.value} onClose={open(null)} waiting={null} failed={<Missing />} />}
    </header>
  );
}

/** The sheet could not be loaded: it is asked for again with the next tap. */
function Missing() {
  return <p class="fault" role="alert">{t().reconnecting}</p>;
}

/** How old the truth on this screen is. Not "connected": a line can be open and dead. A tap asks at once, and explains. */
function Freshness({ onTap }: { onTap: () => void }) {
  void tick.value;
  const ago = Math.floor(silence() / 1000);
  const kind = ago > RED_S ? "red" : ago > AMBER_S || heard.value === 0 ? "amber" : "fresh";
  const late = behind.value > 0;
  const took = p95(times.value);
  return (
    <button type="button" title={t().delivery} class={`freshness ${kind} ${line.value === "online" ? "" : "off"}`} onClick={onTap}>
      <span class="dot" />
      <span>
        <span class="line-word">{lineWord()}</span>
        <span class="checked">{heard.value === 0 ? t().never : line.value === "online" ? t().checked(ago) : t().heardAgo(ago)}</span>
        <span class={late ? "stored behind" : "stored"}>
          {storedWord()}
          {took !== null && !late && ` · ${t().onScreenIn(inWords(took))}`}
        </span>
      </span>
    </button>
  );
}

/** At the foot, so that no ticket moves under a hand: what it means that the socket does not come through. */
export function FallbackBar() {
  const waiting = pending.value.size;
  return (
    <div role="status" class="fallback">
      {polling.value && (
        <p>
          <Icon d={icon.wifi} /> <span>{t().pollingMeans} {waiting > 0 && <b>{t().tapsWaiting(waiting)}</b>}</span>
        </p>
      )}
    </div>
  );
}

/** Full width and red: nobody may believe an old screen. */
export function StaleBanner() {
  void tick.value;
  const ago = Math.floor(silence() / 1000);
  return (
    <div role="alert" class="stale">
      {ago > RED_S && (
        <p class="stale-banner">
          <Icon d={icon.alert} size={28} /> {t().stale(Math.floor(ago / 5) * 5)}
        </p>
      )}
    </div>
  );
}

function SoundButton() {
  const on = audible();
  const why = muted.value ? t().muted : deaf.value ? t().notHeard : t().soundOff;
  return (
    <button type="button" class={on ? "button square" : "button alarm"} aria-label={on ? t().mute : `${why}: ${t().unmute}`}
      title={on ? t().soundOn : undefined} onClick={() => (on ? setMuted(true) : void soundOn())}>
      <Icon d={on ? icon.sound : icon.mute} /> {!on && why}
    </button>
  );
}
