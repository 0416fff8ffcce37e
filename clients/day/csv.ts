/** The day as a table for a spreadsheet: fetched with the token, which a plain link could not carry. */
import { dayUrl } from "../lib/api";

const PATIENCE_MS = 30_000;

/** Save a day's orders as SLUG-DAY.csv. Throws when it does not come. */
export async function saveCsv(shop: string, day: string, token: string): Promise<void> {
  const answer = await fetch(`${dayUrl(day)}&as=csv`, {
    headers: { Accept: "text/csv", Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("text/csv")) throw new Error(`no table: ${answer.status}`);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = `${shop}-${day}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read it only later
}
