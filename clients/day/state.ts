/** What the owner's page knows: the device it is, the day that is chosen, and that day's report as it was last heard. */
import { computed, effect, signal, untracked } from "@preact/signals";
import * as api from "../lib/api";
import { DEVICE, type Device, keptDevice } from "../lib/parts/device";
import { Poller } from "../lib/poll";
import { save } from "../lib/store";
import { learnServerTime } from "../lib/time";
import type { DayReport } from "../lib/wire";

const EVERY_MS = 30_000;

export type Loading = "loading" | "ok" | "offline" | "failed";

export const device = signal(keptDevice());
/** The server no longer knows this device. */
export const sentAway = signal(false);

/** Become a device of a shop, or none. */
export function setDevice(next: Device | null): void {
  save(DEVICE, next);
  become(next);
}

function become(next: Device | null): void {
  sentAway.value = false;
  report.value = null;
  loading.value = "loading";
  device.value = next;
}

/** The chosen day as YYYY-MM-DD; null is today, whichever day that is. */
export const day = signal<string | null>(dayInAddress());
export const report = signal<DayReport | null>(null);
export const loading = signal<Loading>("loading");
/** The report of the chosen day, as soon as it is here: never another day's. */
export const shown = computed<DayReport | null>(() => {
  const here = report.value;
  return here && here.day === (day.value ?? here.today) ? here : null;
});

function dayInAddress(): string | null {
  const found = new URLSearchParams(location.search).get("day") ?? "";
  return /^\d{4}-\d\d-\d\d$/.test(found) ? found : null;
}

/** Show another day; the address says which, so that a reload shows the same. */
export function chooseDay(next: string): void {
  const today = report.value?.today;
  day.value = today === undefined || next < today ? next : null;
  history.replaceState(null, "", day.value === null ? location.pathname : `?day=${day.value}`);
}

const poller = new Poller({ everyMs: EVERY_MS, ask });

/** Ask again now. */
export function refresh(): void {
  void ask().catch(() => {});
}

/** Ask whenever another day or device is chosen, each half a minute while today is shown, and when somebody looks again. */
export function watch(): void {
  effect(() => {
    if (!device.value) return;
    void day.value;
    untracked(() => {
      loading.value = "loading";
      refresh();
    });
  });
  poller.start();
  for (const back of ["visibilitychange", "pageshow", "online"]) addEventListener(back, () => poller.now(), true);
  addEventListener("storage", (event) => {
    // The kitchen's page in another tab is the same device.
    if (event.key !== DEVICE && event.key !== null) return;
    const next = keptDevice();
    if (next?.token === device.value?.token) return;
    report.value = null;
    device.value = next;
  });
}

/** A day that is over changes no more: it is only asked for until it is here. */
const isNeeded = (): boolean => day.value === null || loading.value !== "ok";

async function ask(): Promise<boolean> {
  const token = device.value?.token;
  const wanted = day.value;
  if (!token || document.visibilityState !== "visible" || !isNeeded()) return false;
  const isStale = () => device.value?.token !== token || day.value !== wanted;
  try {
    const answer = await api.getDay(wanted ?? "today", token);
    if (isStale()) return false;
    learnServerTime(answer.at);
    report.value = answer;
    loading.value = "ok";
  } catch (error) {
    if (isStale()) return false;
    if (error instanceof api.Refusal) refused(error);
    else loading.value = "offline";
    throw error;
  }
  return false;
}

function refused({ problem }: api.Refusal): void {
  // Only the server itself can say so: a proxy that wants a password of its own is no reason to forget the device.
  if (problem.status !== 401 || problem.code !== "unauthorized") {
    loading.value = "failed";
    return;
  }
  // What another page of this screen has kept meanwhile was not refused: it stays, and of the same shop it is asked with.
  const next = keptDevice();
  if (next?.token === device.value?.token) setDevice(null);
  else if (next?.shop === device.value?.shop) device.value = next;
  else become(null);
  sentAway.value = device.value === null;
}
