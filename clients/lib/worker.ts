/** The page's service worker, which keeps its shell for when there is no network. The page works the same without one. */

/** Register the worker beside a page's document, once the page stands. Plain http has none, and needs none. */
export function keepShell(script: string): void {
  if (!import.meta.env.PROD || !isSecureContext || !("serviceWorker" in navigator)) return;
  const register = () => void navigator.serviceWorker.register(script).catch(() => {}); // full, or forbidden: the network is left
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
