/** Whether everything has arrived here, and how fast, in a few words. */
import { behind, line, log, polling } from "./state";
import { t } from "./words";

export const lineWord = (): string => (line.value === "online" ? t().online : polling.value ? t().polling : t().reconnecting);

export const storedWord = (): string => (behind.value > 0 ? t().behind(behind.value) : t().onScreen(log.value.orders.size));

/** A span of ms in words: tenths of seconds, then seconds, then minutes. */
export function inWords(ms: number): string {
  if (ms >= 120_000) return t().minutes(Math.round(ms / 60_000));
  return t().seconds(ms < 10_000 ? Math.max(0.1, Math.round(ms / 100) / 10) : Math.round(ms / 1000));
}
