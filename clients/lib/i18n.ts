/** Which language the page speaks. Words are typed objects: a missing one does not compile. */
import { effect, signal } from "@preact/signals";
import { load, save } from "./store";

export type Lang = "zh-CN" | "en";

const KEY = "orderbell.lang";

/** The first language of the browser that we speak; English for everybody else. */
export function pickLang(wanted: readonly string[]): Lang {
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return "zh-CN";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

function first(): Lang {
  const kept = load<string | null>(KEY, null);
  if (kept === "zh-CN" || kept === "en") return kept;
  return typeof navigator === "undefined" ? "en" : pickLang(navigator.languages ?? [navigator.language]);
}

export const lang = signal<Lang>(first());

const loaders: ((lang: Lang) => Promise<unknown>)[] = [];

/** Load the words of a language, once. */
export const loadWords = (which: Lang): Promise<unknown> => Promise.all(loaders.map((load) => load(which)));

/** Change the language as soon as its words are here: also those of a part that has been asked for meanwhile. */
export async function setLang(next: Lang): Promise<void> {
  for (let known = -1; known < loaders.length; ) {
    known = loaders.length;
    await loadWords(next);
  }
  save(KEY, next);
  lang.value = next;
}

if (typeof document !== "undefined") {
  effect(() => {
    document.documentElement.lang = lang.value;
  });
}

/** Return t(): the words of the language that is chosen now. For few words: both languages are in the page. */
export function words<T>(table: { en: T; "zh-CN": T }): () => T {
  return () => table[lang.value];
}

type Packs<T> = Record<Lang, () => Promise<T>>;

/** Return t() for many words, of which one language is loaded; boot() waits for it. */
export function pack<T>(packs: Packs<T>): () => T {
  const { t, load } = held(packs);
  loaders.push(load);
  return t;
}

/** The same for a late part of a page: whoever loads the part loads these beside it, and from then on they keep up. */
export function latePack<T>(packs: Packs<T>): (() => T) & { load: () => Promise<void> } {
  const { t, load } = held(packs);
  const now = () => {
    if (!loaders.includes(load)) loaders.push(load);
    return load(lang.value);
  };
  return Object.assign(t, { load: now });
}

function held<T>(packs: Packs<T>) {
  const here: Partial<Record<Lang, T>> = {};
  const load = async (which: Lang): Promise<void> => {
    here[which] ??= await packs[which]();
  };
  return { t: () => here[lang.value] as T, load };
}
