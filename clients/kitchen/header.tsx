/** The header: whose screen, what time, how fresh, and whether it can be heard. */
import { useSignal } from "@preact/signals";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { LangSwitch } from "../lib/parts/lang";
import { p95 } from "../lib/delivery";
import { clock, serverNow, tick } from "../lib/time";
import { AcceptingSheet } from "./accepting";
import { stayAwake } from "./awake";
import { RecallSheet } from "./recall";
import { SoldOutSheet } from "./soldout";
import { audible, muted, play, setMuted, unlock, unlocked } from "./sound";
import { pending } from "./commands";
import { DeliverySheet, inWords, lineWord, storedWord } from "./delivery";
import { check } from "./line";
import { AMBER_S, device, heard, line, log, polling, RED_S, setDevice, silence, stored, times } from "./state";
import { setTheme, theme } from "./theme";
import { t } from "./words";

type Panel = "accepting" | "soldout" | "recall" | "settings" | "delivery" | null;

export function Header() {
  const panel = useSignal<Panel>(null);
  const open = (which: Panel) => () => {
    panel.value = which;
  };
  const shut = open(null);
  const shop = log.value.shop;
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
          panel.value = "delivery";
        }}
      />
      <div class="bar-do">
        <button type="button" class={`button accepting ${state}`} aria-label={t().acceptingIs(word + busy + until)} onClick={open("accepting")}>
          <span class="dot" /> {word}{busy}
        </button>
        <button type="button" class="button" onClick={open("soldout")}>
          <Icon d={icon.ban} /> {t().soldOut}
        </button>
        <button type="button" class="button" onClick={open("recall")}>
          <Icon d={icon.undo} /> {t().recall}
        </button>
        <SoundButton />
        <button type="button" class="button square" aria-label={t().settings} onClick={open("settings")}>
          <Icon d={icon.gear} />
        </button>
      </div>
      {panel.value === "accepting" && <AcceptingSheet onClose={shut} />}
      {panel.value === "soldout" && <SoldOutSheet onClose={shut} />}
      {panel.value === "recall" && <RecallSheet onClose={shut} />}
      {panel.value === "delivery" && <DeliverySheet onClose={shut} />}
      {panel.value === "settings" && <SettingsSheet onClose={shut} />}
    </header>
  );
}

/** How old the truth on this screen is. Not "connected": a line can be open and dead. A tap asks at once, and explains. */
function Freshness({ onTap }: { onTap: () => void }) {
  void tick.value;
  const ago = Math.floor(silence() / 1000);
  const kind = ago > RED_S ? "red" : ago > AMBER_S || heard.value === 0 ? "amber" : "fresh";
  const behind = stored.value > log.value.seq;
  const took = p95(times.value);
  return (
    <button type="button" title={t().delivery} class={`freshness ${kind} ${line.value === "online" ? "" : "off"}`} onClick={onTap}>
      <span class="dot" />
      <span>
        <span class="line-word">{lineWord()}</span>
        <span class="checked">{heard.value === 0 ? t().never : line.value === "online" ? t().checked(ago) : t().heardAgo(ago)}</span>
        <span class={behind ? "stored behind" : "stored"}>
          {storedWord()}
          {took !== null && !behind && ` · ${t().onScreenIn(inWords(took))}`}
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
    <div role="alert">
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
  const toggle = async () => {
    if (!unlocked.value) await unlock();
    else setMuted(!muted.value);
    if (audible()) play("message");
  };
  return (
    <button type="button" class={on ? "button square" : "button alarm"} aria-label={on ? t().mute : t().unmute}
      title={on ? t().soundOn : undefined} onClick={() => void toggle()}>
      <Icon d={on ? icon.sound : icon.mute} /> {!on && (muted.value ? t().muted : t().soundOff)}
    </button>
  );
}

function SettingsSheet({ onClose }: { onClose: () => void }) {
  const next = theme.value === "dark" ? "light" : "dark";
  return (
    <Sheet kind="center" title={t().settings} onClose={onClose}>
      <div class="stack">
        <LangSwitch />
        <button type="button" class="button" onClick={() => setTheme(next)}>
          <Icon d={icon.sun} /> {t()[next]}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            void unlock().then(() => play("new"));
            void stayAwake();
          }}
        >
          <Icon d={icon.sound} /> {t().testSound}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            setDevice(null);
            location.reload();
          }}
        >
          {t().unpair}
        </button>
      </div>
    </Sheet>
  );
}
