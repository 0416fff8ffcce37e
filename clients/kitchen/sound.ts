/** Six sounds, made here: no file can fail to load. Unlocked by the tap on "Start service". */
import { signal } from "@preact/signals";
import type { Tone } from "../lib/log";
import { load, save } from "../lib/store";

let context: AudioContext | null = null;
let out: AudioNode | null = null;

/** The browser lets us play. */
export const unlocked = signal(false);
export const muted = signal(load("orderbell.muted", false));

export const audible = (): boolean => unlocked.value && !muted.value;

export function setMuted(on: boolean): void {
  muted.value = on;
  save("orderbell.muted", on);
}

/** Unlock the sound; call it in a user's gesture. Return whether it plays. */
export async function unlock(): Promise<boolean> {
  try {
    if (!context) {
      context = new AudioContext();
      const limiter = context.createDynamicsCompressor();
      limiter.connect(context.destination);
      out = limiter;
      context.onstatechange = () => {
        unlocked.value = context?.state === "running";
      };
    }
    // A browser that refuses leaves resume() waiting for ever.
    await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 1000))]);
  } catch {
    // No audio device, or none allowed: the page says so.
  }
  unlocked.value = context?.state === "running";
  return unlocked.value;
}

/** [frequency in Hz, start in s, length in s] */
type Note = [number, number, number];

export type Sound = Tone | "urgent";

const TONES: Record<Sound, { wave: OscillatorType; notes: Note[] }> = {
  // Two bright bell strokes, rising: something good has come.
  new: { wave: "triangle", notes: [[880, 0, 0.5], [1318.5, 0.16, 0.5], [1760, 0.32, 0.9], [880, 0.8, 0.4], [1318.5, 0.96, 0.4], [1760, 1.12, 0.9]] },
  // The same strokes, sharp and twice as many: nobody has looked for 30 seconds.
  urgent: { wave: "square", notes: [0, 0.7, 1.4].flatMap((at): Note[] => [[880, at, 0.2], [1318.5, at + 0.16, 0.2], [1760, at + 0.32, 0.3]]) },
  // Falling: something is taken away.
  cancelled: { wave: "sawtooth", notes: [[659.3, 0, 0.28], [523.3, 0.28, 0.28], [392, 0.56, 0.6]] },
  // A knock on the door, twice.
  nudge: { wave: "square", notes: [[587.3, 0, 0.1], [587.3, 0.18, 0.1], [587.3, 0.55, 0.1], [587.3, 0.73, 0.1]] },
  // One soft drop.
  message: { wave: "sine", notes: [[1046.5, 0, 0.18], [1396.9, 0.12, 0.4]] },
  // Low and wrong, two steps, three times.
  lost: { wave: "square", notes: [[220, 0, 0.3], [174.6, 0.3, 0.3], [220, 0.7, 0.3], [174.6, 1, 0.3]] },
};

/** Play a tone. `loud` from 0 to 1. */
export function play(tone: Sound, loud = 0.6): void {
  if (!context || !out || muted.value) return;
  if (context.state !== "running") void context.resume();
  const { wave, notes } = TONES[tone];
  const start = context.currentTime + 0.02;
  for (const [frequency, at, length] of notes) {
    const voice = context.createOscillator();
    const gain = context.createGain();
    voice.type = wave;
    voice.frequency.value = frequency;
    const level = wave === "triangle" || wave === "sine" ? loud : loud * 0.4; // at the same level these are far louder
    gain.gain.setValueAtTime(0, start + at);
    gain.gain.linearRampToValueAtTime(level, start + at + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.001, start + at + length);
    voice.connect(gain).connect(out);
    voice.start(start + at);
    voice.stop(start + at + length + 0.02);
  }
}
