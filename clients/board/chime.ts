/** A soft chime when a code becomes ready. Off until somebody taps: a browser plays nothing before. */
import { signal } from "@preact/signals";
import { load, save } from "../lib/store";

const KEY = "orderbell.board.sound";

/** Somebody wants to hear it. */
const wanted = signal(load(KEY, false));
const running = signal(false);
let context: AudioContext | null = null;

export const sounds = (): boolean => wanted.value && running.value;

async function unlock(): Promise<void> {
  try {
    if (!context) {
      context = new AudioContext();
      context.onstatechange = () => {
        running.value = context?.state === "running";
      };
    }
    await context.resume();
    running.value = context.state === "running";
  } catch {
    // No audio device: the board is for the eye first.
  }
}

/** After a reload the first tap anywhere brings the sound back; where the browser allows it, none is needed. */
export function armChime(): void {
  const again = () => {
    if (wanted.value && !running.value) void unlock();
  };
  again();
  addEventListener("pointerdown", again);
  addEventListener("keydown", again);
}

/** Turn it on (in a tap: so that it may play) or off. */
export function toggleChime(): void {
  wanted.value = !sounds();
  save(KEY, wanted.value);
  if (wanted.value) void unlock().then(chime);
}

/** Two soft strokes, a fourth apart. */
export function chime(): void {
  if (!context || !sounds()) return;
  for (const [frequency, after] of [[659.3, 0], [880, 0.22]] as const) {
    const voice = context.createOscillator();
    const gain = context.createGain();
    const start = context.currentTime + 0.02 + after;
    voice.type = "sine";
    voice.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.4, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, start + 1.1);
    voice.connect(gain).connect(context.destination);
    voice.start(start);
    voice.stop(start + 1.2);
  }
}
