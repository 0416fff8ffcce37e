/** What a paired screen keeps: the kitchen's page and the owner's share it, as they share an origin. */

export interface Device {
  token: string;
  shop: string;
  /** What this screen is called. */
  name?: string;
}

export const DEVICE = "orderbell.device";

/** The code in `#pair=CODE`, or "". The address forgets it at once: it must not be copied, nor used again at a reload. */
export function codeInLink(): string {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair") ?? "";
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}
