/** Addresses of the customer's page: `/`, `/s/SLUG`, `/o/ID#t=TOKEN`. */

export type Route =
  | { page: "shops" }
  | { page: "menu"; slug: string; table: string }
  | { page: "order"; id: string; token: string };

/** Return what an address shows. */
export function parse(path: string, search: string, hash: string): Route {
  const [, kind, id] = path.split("/").map(decode);
  if (kind === "s" && id) return { page: "menu", slug: id, table: new URLSearchParams(search).get("table") ?? "" };
  if (kind === "o" && id) return { page: "order", id, token: new URLSearchParams(hash.slice(1)).get("t") ?? "" };
  return { page: "shops" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The token stands behind the #: it never leaves the phone with a request for the page. */
export const orderUrl = (id: string, token: string): string => `/o/${encodeURIComponent(id)}#t=${encodeURIComponent(token)}`;
export const shopUrl = (slug: string): string => `/s/${encodeURIComponent(slug)}`;
