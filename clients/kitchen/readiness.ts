/** Whether this screen can be heard, as far as a person has said so. What is shown of it: ready-check.tsx. */
import { signal } from "@preact/signals";
import { play, setMuted, unlock } from "./sound";

/** The check is on the screen: from the start until all is good or somebody has closed it, and again when something is lost. */
export const checking = signal(false);
/** Somebody has answered that the tone was heard, or not. */
export const answered = signal(false);

/** Make the sound work, and let it be heard at once. */
export async function soundOn(): Promise<void> {
  setMuted(false);
  await unlock();
  answered.value = false;
  checking.value = true;
  play("new");
}
