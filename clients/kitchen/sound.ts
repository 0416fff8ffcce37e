/** The kitchen's sounds, made here: no file can fail to load. Unlocked by the tap on "Start service". */
import { signal } from "@preact/signals";
import { lang } from "../lib/i18n";
import type { Tone } from "../lib/log";
import { load, save } from "../lib/store";

let context: AudioContext | null = null;
let out: GainNode | null = null;

/** The browser lets us play. */
export const unlocked = signal(false);
export const muted = signal(load("orderbell.muted", false));
/** Somebody at this screen was asked, and has heard nothing: whatever the browser says, the screen cannot be heard. */
export const deaf = signal(false);

export const audible = (): boolean => unlocked.value && !muted.value && !deaf.value;

export function setMuted(on: boolean): void {
  muted.value = on;
  save("orderbell.muted", on);
}

/** How loud this screen is. */
export const LEVELS = ["low", "middle", "high"] as const;
export type Level = (typeof LEVELS)[number];

const GAIN: Record<Level, number> = { low: 0.3, middle: 0.6, high: 1 };
const levelNow = load<Level>("orderbell.level", "high");

export const level = signal<Level>(LEVELS.includes(levelNow) ? levelNow : "high");

export function setLevel(next: Level): void {
  level.value = next;
  save("orderbell.level", next);
  if (out) out.gain.value = GAIN[next];
}

/** Unlock the sound; call it in a user's gesture. Return whether it plays. */
export async function unlock(): Promise<boolean> {
  try {
    if (!context) {
      context = new AudioContext();
      const limiter = context.createDynamicsCompressor();
      out = context.createGain();
      out.gain.value = GAIN[level.value];
      limiter.connect(out).connect(context.destination);
      into = limiter;
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

let into: AudioNode | null = null;

/** [frequency in Hz, start in s, length in s] */
type Note = [number, number, number];

export type Sound = Tone | "urgent";

/** What a cook learns by ear: each has a rhythm and a movement of its own, all where a tablet's speaker is strongest. */
export const SOUNDS = ["new", "message", "cancelled", "nudge", "lost"] as const satisfies readonly Sound[];

const BELL: Note[] = [[880, 0, 0.5], [1318.5, 0.16, 0.5], [1760, 0.32, 0.9]];
const later = (notes: Note[], by: number): Note[] => notes.map(([hz, at, length]) => [hz, at + by, length]);
const KNOCKS: Note[] = [0, 0.09, 0.18, 0.27].map((at) => [1568, at, 0.06]);
const SIREN: Note[] = [[622.3, 0, 0.34], [932.3, 0.36, 0.34]];

const TONES: Record<Sound, { wave: OscillatorType; notes: Note[] }> = {
  // Three bright bell strokes, rising, twice: something good has come.
  new: { wave: "triangle", notes: [...BELL, ...later(BELL, 0.8)] },
  // The same strokes, sharp and three times: nobody has looked for 30 seconds.
  urgent: { wave: "square", notes: [0, 0.7, 1.4].flatMap((by) => later([[880, 0, 0.2], [1318.5, 0.16, 0.2], [1760, 0.32, 0.3]], by)) },
  // Slowly falling, three long steps: something is taken away.
  cancelled: { wave: "sawtooth", notes: [[1318.5, 0, 0.36], [987.8, 0.36, 0.36], [659.3, 0.72, 0.8]] },
  // Fast knocks on the door, four and four: somebody waits.
  nudge: { wave: "square", notes: [...KNOCKS, ...later(KNOCKS, 0.6)] },
  // Two short, one long and higher: somebody says or asks something.
  message: { wave: "sine", notes: [[1174.7, 0, 0.12], [1174.7, 0.2, 0.12], [1975.5, 0.4, 0.6]] },
  // A siren, two steps, three times: this screen may be old.
  lost: { wave: "square", notes: [...SIREN, ...later(SIREN, 0.72), ...later(SIREN, 1.44)] },
};

/** Play a tone. `loud` from 0 to 1. */
export function play(tone: Sound, loud = 0.6): void {
  if (!context || !into || muted.value) return;
  if (context.state !== "running") void context.resume();
  const { wave, notes } = TONES[tone];
  const start = context.currentTime + 0.02;
  for (const [frequency, at, length] of notes) {
    const voice = context.createOscillator();
    const gain = context.createGain();
    voice.type = wave;
    voice.frequency.value = frequency;
    const level = wave === "triangle" || wave === "sine" ? loud : loud * 0.6; // at the same level these are far louder
    gain.gain.setValueAtTime(0, start + at);
    gain.gain.linearRampToValueAtTime(level, start + at + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.001, start + at + length);
    voice.connect(gain).connect(into);
    voice.start(start + at);
    voice.stop(start + at + length + 0.02);
  }
}

/** Say new orders by voice, too. */
export const SPOKEN = "orderbell.spoken";
export const spoken = signal(load(SPOKEN, false));
export const canSpeak = "speechSynthesis" in globalThis;

/** Say something once the tone is over. */
export function speak(text: () => string): void {
  if (!canSpeak || !spoken.value || !audible()) return;
  const said = new SpeechSynthesisUtterance(text());
  said.lang = lang.value;
  said.volume = GAIN[level.value];
  setTimeout(() => speechSynthesis.speak(said), 1800);
}
