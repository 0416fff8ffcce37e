/** Text in both languages at once. */
import { Fragment } from "preact";
import { inLang, languages, type Words } from "./words";

/** The same in both languages, the shop's own first. */
export function Both({ of }: { of: (words: Words) => string }) {
  return (
    <>
      {languages().map((lang, at) => (
        <Fragment key={lang}>
          {at > 0 && " "}
          <span lang={lang}>{of(inLang(lang))}</span>
        </Fragment>
      ))}
    </>
  );
}
