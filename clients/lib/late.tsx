/** Parts of a page that are loaded when they are needed, or in a quiet moment before. */
import { signal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect } from "preact/hooks";

export interface Late<P> {
  /** Load it now, so that nobody waits for it later. A failure is told only to who needs it. */
  ask: () => void;
  /** The same for a tap: what has failed twice comes with another page, if at all. */
  again: () => void;
  isHere: () => boolean;
  Part: (props: P & { waiting: ComponentChildren; failed: ComponentChildren }) => ComponentChildren;
}

/** Make a part of a page out of what loads it. A load that has failed is tried again when it is asked for again. */
export function late<P extends object>(load: () => Promise<ComponentType<P>>): Late<P> {
  const here = signal<ComponentType<P> | null>(null);
  const state = signal<"idle" | "loading" | "failed">("idle");
  let failures = 0;
  const ask = () => {
    if (here.peek() || state.peek() === "loading") return;
    state.value = "loading";
    load().then(
      (component) => {
        here.value = component;
      },
      () => {
        failures++;
        state.value = "failed";
      },
    );
  };
  return {
    ask,
    again: () => {
      if (failures > 1 && navigator.onLine) location.reload(); // older browsers keep a failed import() as long as the page
      else ask();
    },
    isHere: () => here.value !== null,
    Part({ waiting, failed, ...props }) {
      useEffect(ask, []);
      const Component = here.value;
      if (Component) return <Component {...(props as unknown as P)} />;
      return state.value === "failed" ? failed : waiting;
    },
  };
}

/** Run something when the page has nothing better to do. */
export function whenIdle(what: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(what, { timeout: 2000 });
  else setTimeout(what, 300); // Safari
}

const AFTER_MS = 1500;

/** Run something at the first touch or key, or when nobody has done anything for a while. Return what calls it off. */
export function soon(what: () => void): () => void {
  const events = ["pointerdown", "keydown"] as const;
  const off = () => {
    clearTimeout(timer);
    for (const event of events) removeEventListener(event, now);
  };
  const now = () => {
    off();
    what();
  };
  const timer = setTimeout(now, AFTER_MS);
  for (const event of events) addEventListener(event, now);
  return off;
}
