/** The search above a menu. */
import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { t } from "./words";

/** `dishes`: how many were found, or null when nothing is searched. */
export function SearchField({ wanted, dishes }: { wanted: Signal<string>; dishes: number | null }) {
  const field = useRef<HTMLInputElement>(null);
  const clear = () => {
    wanted.value = "";
    field.current?.focus();
  };
  return (
    <div class="search">
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          field.current?.blur(); // the keyboard makes room for what was found
        }}
      >
        <Icon d={icon.search} size={20} />
        <input
          ref={field}
          type="search"
          aria-label={t().search}
          placeholder={t().search}
          autocomplete="off"
          enterkeyhint="search"
          maxLength={60}
          value={wanted.value}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
        {wanted.value && (
          <button type="button" class="icon-button" aria-label={t().clearSearch} onClick={clear}>
            <Icon d={icon.close} size={20} />
          </button>
        )}
      </form>
      <p role="status" class="hidden">
        {dishes !== null && t().found(dishes)}
      </p>
    </div>
  );
}
