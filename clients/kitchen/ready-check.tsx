/** Whether this screen can be seen and heard, and the one tap that mends what is wrong. */
import { effect, untracked } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { common } from "../lib/words";
import { awake, stayAwake } from "../lib/awake";
import { canFull, full, goFull } from "./full";
import { answered, checking, soundOn } from "./readiness";
import { audible, deaf, muted, unlocked } from "./sound";
import { log, savedAt, shop, tapped } from "./state";
import { t } from "./words";
import { desk as d } from "./words/desk";

const GOOD_MS = 15_000;
/** Coming back from another page, the wake lock is asked for again: nobody must be alarmed in between. */
const LOST_MS = 2_000;

const soundWhy = (): string => (muted.value ? t().muted : unlocked.value ? d().deafWhy : d().soundWhy);

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
  { name: d().checkSound, good: audible(), why: isAlone() ? "" : soundWhy(), mend: isAlone() ? "" : unlocked.value && !muted.value ? d().playAgain : d().switchOn, by: soundOn },
  { name: d().checkAwake, good: awake.value, why: d().awakeWhy, mend: common().retry, by: stayAwake },
  { name: d().fullScreen, good: full.value, why: canFull ? d().fullWhy : d().fullNever, mend: canFull ? d().fullScreen : "", by: goFull },
];

/** What works and what does not. Good news goes by itself, bad news stays until it has been read, the question until it is answered. */
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
  const asks = unlocked.value && !muted.value && !answered.value;
  return (
    <div role="status" aria-label={d().readyCheck}>
      {(checking.value || asks) && (
        <div class={checking.value ? "ready-check" : "ready-check asks"}>
          <div class="ready-parts">
            {checking.value && found.map((part) => <Found key={part.name} part={part} />)}
            {asks && <HeardIt />}
          </div>
          {checking.value && (
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
          )}
        </div>
      )}
    </div>
  );
}

/** Whoever taps an order that rings has heard it: that answers the question, too. */
effect(() => {
  const ids = [...tapped.value];
  untracked(() => {
    if (audible() && ids.some((id) => log.value.orders.get(id)?.status === "placed")) answered.value = true;
  });
});

function Found({ part: { name, good, why, mend, by } }: { part: Part }) {
  return (
    <span class="ready-part">
      <span class={good ? "chip ok" : "chip bad"}>
        <Icon d={good ? icon.check : icon.alert} size={18} /> {name}: {good ? d().ok : why === t().muted ? why : d().failed}
      </span>
      {!good && why && why !== t().muted && <span>{why}</span>}
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
    <span class="ready-part" role="group" aria-label={d().heardIt}>
      <b>{d().heardIt}</b>
      <span class="ready-part">
        <button type="button" class="button small-button" onClick={answer(true)}>{d().yes}</button>
        <button type="button" class="button small-button" onClick={answer(false)}>{d().no}</button>
      </span>
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
            <b>{d().unattended}</b> {soundWhy()}
          </p>
          <button type="button" class="button" onClick={() => void soundOn()}>
            <Icon d={icon.sound} /> {deaf.value ? d().playAgain : d().switchOn}
          </button>
        </div>
      )}
    </div>
  );
}
