/** The language switch: its text is in the language that it leads to. */
import { lang, setLang } from "../i18n";
import { common } from "../words";

export function LangSwitch() {
  const other = lang.value === "en" ? "zh-CN" : "en";
  return (
    <button type="button" class="text-button" lang={other} aria-label={common().languageLabel} onClick={() => void setLang(other)}>
      {common().language}
    </button>
  );
}
