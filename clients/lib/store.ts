/** localStorage as JSON, and calm where it is full, forbidden or holds rubbish. */

export function load<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

/** Keep a value, or with null forget it; return whether that was possible. */
export function save(key: string, value: unknown): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // private windows may refuse to store: the page works on, it only forgets at reload
  }
}

/** A random id of 128 bits. Not crypto.randomUUID: that is missing on plain http, which a phone in the shop's own network may use. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
