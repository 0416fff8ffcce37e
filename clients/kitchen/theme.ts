/** Dark by default; a light screen where the kitchen is bright. */
import { signal } from "@preact/signals";
import { load } from "../lib/store";

export type Theme = "dark" | "light";

export const THEME = "orderbell.theme";
export const theme = signal<Theme>(load<string>(THEME, "dark") === "light" ? "light" : "dark");
