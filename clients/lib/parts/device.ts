/** What a paired screen keeps: the kitchen's page and the owner's share it, as they share an origin. */
import { load } from "../store";

export interface Device {
  token: string;
  shop: string;
  /** What this screen is called. */
  name?: string;
}

export const DEVICE = "orderbell.device";

/** What is kept now: another page of this screen may have been given a new token, or have left. */
export const keptDevice = (): Device | null => load<Device | null>(DEVICE, null);

/** The code in `#pair=CODE`, or "". The address forgets it at once: it must not be copied, nor used again at a reload. */
export function codeInLink(): string {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair") ?? "";
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}
