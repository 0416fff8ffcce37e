/** The HTTP door. Every call ends in one of three ways: an answer, a refusal with its problem, or nothing known. */
import { learnServerDate } from "./time";
import type { BoardAnswer, DayReport, Events, Order, Problem, Shop, ShopCard, Snapshot } from "./wire";

/** The server said no, and why. */
export class Refusal extends Error {
  constructor(
    readonly problem: Pick<Problem, "code" | "detail" | "status" | "errors">,
    readonly retryAfterMs: number,
  ) {
    super(problem.detail);
  }

  /** Nothing is known to be refused for good: the same request may be sent again. What is not ours refuses nothing. */
  get passing(): boolean {
    return ["unknown", "unavailable"].includes(this.problem.code) || this.problem.status >= 500 || this.problem.status === 429 || this.problem.status === 408;
  }
}

/** No answer came: whether the server has acted is unknown. */
export class NoAnswer extends Error {}

const PATIENCE_MS = 10_000;

interface Ask {
  token?: string;
  lang?: string;
  key?: string;
  body?: string;
}

async function ask<T>(path: string, how: Ask = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (how.token) headers.Authorization = `Bearer ${how.token}`;
  if (how.lang) headers["Accept-Language"] = how.lang;
  if (how.key) headers["Idempotency-Key"] = how.key;
  if (how.body) headers["Content-Type"] = "application/json";
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
  let response: Response;
  let data: unknown;
  try {
    response = await fetch(path, {
      headers,
      signal: stop.signal,
      ...(how.body === undefined ? {} : { method: "POST", body: how.body }),
    });
    learnServerDate(response.headers.get("Date"));
    data = await response.json().catch(() => null);
  } catch (error) {
    throw new NoAnswer(String(error));
  } finally {
    clearTimeout(patience);
  }
  if (response.ok && data !== null && typeof data === "object") return data as T;
  // A success whose body broke off, or an answer that is not ours (a proxy's page), says nothing about our request.
  if (response.ok) throw new NoAnswer("the answer was not complete");
  // What is no problem of ours says nothing but its status: a proxy, or a hotel's page for guests, has words of its own.
  const ours = response.headers.get("Content-Type")?.startsWith("application/problem+json");
  const problem = (ours && data !== null ? data : {}) as Partial<Problem>;
  throw new Refusal(
    {
      code: problem.code ?? (response.status >= 500 ? "unavailable" : "unknown"),
      detail: problem.detail ?? problem.title ?? "",
      status: response.status,
      errors: problem.errors ?? [],
    },
    (Number(response.headers.get("Retry-After")) || 0) * 1000,
  );
}

const enc = encodeURIComponent;

export const getShops = (lang: string) => ask<{ shops: ShopCard[] }>("/get_shop_info", { lang });

type ShopAnswer = Promise<{ shop: Shop }>;

const early = new Map<string, ShopAnswer>();

/** Ask for a shop before the page is ready to show it; the next getShop() takes the answer. */
export function askEarly(slug: string, lang: string): void {
  const answer = getShop(slug, lang);
  answer.catch(() => {}); // whoever takes it hears of it
  early.set(`${slug} ${lang}`, answer);
}

export function getShop(slug: string, lang: string): ShopAnswer {
  const key = `${slug} ${lang}`;
  const asked = early.get(key);
  early.delete(key);
  return asked ?? ask(`/get_shop_info?shop=${enc(slug)}`, { lang });
}

export const postOrder = (body: string, key: string, lang: string) =>
  ask<{ order: Order; token: string }>("/bill", { body, key, lang });

/** An order, for its customer's token or for a device of its shop (then with the phone unmasked). */
export const getOrder = (id: string, token: string) => ask<{ order: Order }>(`/bill?order=${enc(id)}`, { token });

/** The kitchen's stream where WebSockets are blocked; `ready`: this screen can be seen and heard. */
export const getStream = (epoch: string | null, seq: number, token: string, ready: boolean) =>
  ask<Snapshot | Events>(`/bill?after=${seq}${epoch === null ? "" : `&epoch=${enc(epoch)}`}${ready ? "&ready=1" : ""}`, { token });

/** The guest board where WebSockets are blocked. The shop's name comes in its own language: the board has no reader of its own. */
export const getBoard = (slug: string) => ask<BoardAnswer>(`/get_shop_info?board=${enc(slug)}`, { lang: "*" });

/** Where the figures of a shop's day are; `day` is a date or "today". */
export const dayUrl = (day: string): string => `/bill?day=${enc(day)}`;

export const getDay = (day: string, token: string) => ask<DayReport>(dayUrl(day), { token });
