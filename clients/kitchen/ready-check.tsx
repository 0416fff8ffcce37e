/** Whether this screen can be seen and heard, and the one tap that mends what is wrong. */
import { useEffect } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { common } from "../lib/words";
import { awake, stayAwake } from "./awake";
import { canFull, full, goFull } from "./full";
import { answered, checking, soundOn } from "./readiness";
import { audible, deaf, muted, unlocked } from "./sound";
import { savedAt, shop } from "./state";
import { t } from "./words";

const GOOD_MS = 15_000;
/** Coming back from another page, the wake lock is asked for again: nobody must be alarmed in between. */
const LOST_MS = 2_000;

const soundWhy = (): string => (muted.value ? t().muted : unlocked.value ? t().deafWhy : t().soundWhy);

interface Part {
  name: string;
  good: boolean;
  why: string;
  mend: string;
  by: () => unknown;
}

/** Nobody of the shop is told of its orders, and this screen could. */
function isAlone(): boolean {
  const now = shop.value;
  const taking = now?.accepting === "open" || now?.accepting === "busy";
  return taking && savedAt.value === 0 && now?.attended === false && !audible();
}

const parts = (): Part[] => [
  { name: t().checkSound, good: audible(), why: isAlone() ? "" : soundWhy(), mend: isAlone() ? "" : unlocked.value && !muted.value ? t().playAgain : t().switchOn, by: soundOn },
  { name: t().checkAwake, good: awake.value, why: t().awakeWhy, mend: common().retry, by: stayAwake },
  { name: t().fullScreen, good: full.value, why: canFull ? t().fullWhy : t().fullNever, mend: canFull ? t().fullScreen : "", by: goFull },
];

/** What works and what does not. Good news goes by itself, bad news stays until it has been read. */
export function ReadyCheck() {
  const found = parts();
  const good = found.every((part) => part.good);
  useEffect(() => {
    const then = setTimeout(
      () => {
        if (good) checking.value = false;
        else if (document.visibilityState === "visible") checking.value = true;
      },
      good ? GOOD_MS : LOST_MS,
    );
    return () => clearTimeout(then);
  }, [good, answered.value]);
  return (
    <div role="status" aria-label={t().readyCheck}>
      {checking.value && (
        <div class="ready-check">
          <div class="ready-parts">
            {found.map((part) => (
              <Found key={part.name} part={part} />
            ))}
            {unlocked.value && !muted.value && !answered.value && <HeardIt />}
          </div>
          <button
            type="button"
            class="icon-button"
            aria-label={common().close}
            onClick={() => {
              checking.value = false;
            }}
          >
            <Icon d={icon.close} />
          </button>
        </div>
      )}
    </div>
  );
}

function Found({ part: { name, good, why, mend, by } }: { part: Part }) {
  return (
    <span class="ready-part">
      <span class={good ? "chip ok" : "chip bad"}>
        <Icon d={good ? icon.check : icon.alert} size={18} /> {name}: {good ? t().ok : t().failed}
      </span>
      {!good && why && <span>{why}</span>}
      {!good && mend && (
        <button type="button" class="button small-button" onClick={() => void by()}>{mend}</button>
      )}
    </span>
  );
}

/** No browser knows whether the speaker is on: somebody must say so. */
function HeardIt() {
  const answer = (heard: boolean) => () => {
    deaf.value = !heard;
    answered.value = true;
  };
  return (
    <span class="ready-part" role="group" aria-label={t().heardIt}>
      <b>{t().heardIt}</b>
      <button type="button" class="button small-button" onClick={answer(true)}>{t().yes}</button>
      <button type="button" class="button small-button" onClick={answer(false)}>{t().no}</button>
    </span>
  );
}

/** No screen of the shop is seen and heard: whoever looks at this one can mend it here. */
export function UnattendedBar() {
  return (
    <div role="alert">
      {isAlone() && (
        <div class="unattended">
          <Icon d={icon.mute} size={28} />
          <p>
            <b>{t().unattended}</b> {soundWhy()}
          </p>
          <button type="button" class="button" onClick={() => void soundOn()}>
            <Icon d={icon.sound} /> {deaf.value ? t().playAgain : t().switchOn}
          </button>
        </div>
      )}
    </div>
  );
}
