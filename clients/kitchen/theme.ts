/** Dark by default; a light screen where the kitchen is bright. */
import { signal } from "@preact/signals";
import { load, save } from "../lib/store";

export type Theme = "dark" | "light";

export const theme = signal<Theme>(load<string>("orderbell.theme", "dark") === "light" ? "light" : "dark");

export function setTheme(next: Theme): void {
  theme.value = next;
  save("orderbell.theme", next);
}
