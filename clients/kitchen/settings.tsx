/** What is chosen for this screen alone: how it sounds, looks and prints, and whose it is. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { Sheet } from "../lib/parts/sheet";
import { save } from "../lib/store";
import { say } from "./commands";
import { canNotify, mayNotify } from "./attention";
import { canFull, full, goFull } from "./full";
import { panel } from "./panels";
import { AUTO, printing, setPrinting, WIDTHS } from "./printing";
import { canSpeak, LEVELS, level, play, setLevel, setMuted, SOUNDS, SPOKEN, spoken, type Sound, unlock } from "./sound";
import { device, line, setDevice } from "./state";
import { THEME, type Theme, theme } from "./theme";
import { t } from "./words";
import { desk as d } from "./words/desk";

interface ChoiceProps<T> {
  title: string;
  of: readonly T[];
  now: T;
  word: (value: T) => string;
  onPick: (value: T) => void;
}

function Choice<T extends string | number | boolean>({ title, of, now, word, onPick }: ChoiceProps<T>) {
  return (
    <section>
      <h3>{title}</h3>
      <div class="choice" role="group" aria-label={title}>
        {of.map((value) => (
          <button key={String(value)} type="button" class="button" aria-pressed={value === now} onClick={() => onPick(value)}>
            {word(value)}
          </button>
        ))}
      </div>
    </section>
  );
}

const onOff = (on: boolean): string => (on ? d().on : d().off);
const NO_YES = [false, true] as const;

function setSpoken(on: boolean): void {
  spoken.value = on;
  save(SPOKEN, on);
}

function setTheme(next: Theme): void {
  theme.value = next;
  save(THEME, next);
}

const leaveFull = (): void => void document.exitFullscreen().catch(() => {});

async function askToNotify(): Promise<void> {
  mayNotify.value = (await Notification.requestPermission()) === "granted";
}

/** Play a sound although the screen is muted: who tries it wants to hear it. */
async function hear(sound: Sound): Promise<void> {
  setMuted(false);
  await unlock();
  play(sound);
}

export function SettingsSheet({ onClose, children }: { onClose: () => void; children?: ComponentChildren }) {
  const parting = useSignal(false);
  return (
    <Sheet kind="side" title={t().settings} onClose={onClose}>
      <div class="settings">
        <Choice title={d().loudness} of={LEVELS} now={level.value} word={(one) => d().levels[one]}
          onPick={(one) => {
            setLevel(one);
            void hear("new");
          }} />
        <section>
          <h3 id="tones">{d().sounds}</h3>
          <div class="tones" role="group" aria-labelledby="tones">
            {SOUNDS.map((sound) => (
              <button key={sound} type="button" class="button" onClick={() => void hear(sound)}>
                <Icon d={icon.sound} /> {t().tones[sound]}
              </button>
            ))}
          </div>
        </section>
        {canSpeak && <Choice title={d().speech} of={NO_YES} now={spoken.value} word={onOff} onPick={setSpoken} />}
        {children}
        <Choice title={d().printAuto} of={AUTO} now={printing.value.auto} word={(one) => d().autos[one]} onPick={(auto) => setPrinting({ auto })} />
        <section>
          <Choice title={d().paper} of={WIDTHS} now={printing.value.width} word={(mm) => `${mm} mm`} onPick={(width) => setPrinting({ width })} />
          <p class="muted">{d().printHow}</p>
        </section>
        <Choice title={d().look} of={["dark", "light"] as const} now={theme.value} word={(one) => d()[one]} onPick={setTheme} />
        {canFull && (
          <Choice title={d().fullScreen} of={NO_YES} now={full.value} word={onOff} onPick={(on) => (on ? void goFull() : leaveFull())} />
        )}
        {canNotify && !mayNotify.value && (
          <button type="button" class="button" onClick={() => void askToNotify()}>
            <Icon d={icon.bell} /> {d().notifyHidden}
          </button>
        )}
        <section>
          <h3>{d().thisScreen(device.value?.name ?? t().title)}</h3>
          <div class="stack">
            <LangSwitch />
            <button type="button" class="button" onClick={() => { panel.value = { name: "help" }; }}>{d().keys}</button>
            {parting.value ? <Part parting={parting} /> : (
              <button type="button" class="button" onClick={() => { parting.value = true; }}>{d().unpair}</button>
            )}
          </div>
        </section>
      </div>
    </Sheet>
  );
}

const TELL_MS = 300;

/** The server ends the token and every socket of this screen, where it can be told. The page forgets it in any case. */
function part(): void {
  say({ type: "unpair" });
  setDevice(null);
  setTimeout(() => location.reload(), TELL_MS);
}

/** Without its token the screen is blind until somebody has a new code: nobody may do that by a slip of the hand. */
function Part({ parting }: { parting: Signal<boolean> }) {
  const asked = useRef<HTMLDivElement>(null);
  useEffect(() => asked.current?.scrollIntoView(), []);
  return (
    <div role="alert" class="stack" ref={asked}>
      <p class="notice bad">{d().unpairSure}</p>
      {line.value !== "online" && <p class="notice warn">{d().unpairUntold}</p>}
      <div class="pair">
        <button type="button" class="button" onClick={() => { parting.value = false; }}>{d().stay}</button>
        <button
          type="button"
          class="button danger"
          onClick={part}
        >
          {d().unpair}
        </button>
      </div>
    </div>
  );
}
