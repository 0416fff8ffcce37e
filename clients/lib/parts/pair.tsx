/** Swap a one-use code, from the link or typed, for this screen's own token. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Link, socketUrl } from "../socket";
import type { Device } from "./device";
import { DoorTop } from "./door";
import { Icon } from "./icon";
import * as icon from "./icons";
import { pairing as t } from "./pairing";

export { codeInLink, DEVICE, type Device } from "./device";

interface PairProps {
  /** The code that the link brought, or "". */
  code: string;
  /** What the server calls a screen that was given no name. */
  name: string;
  /** The server has sent this screen away: say so. */
  revoked?: boolean;
  onPaired: (device: Device) => void;
  /** Where a screen goes that was connected already, when the code of its link will not do. */
  back?: { label: string; go: () => void } | null;
}

type State = "idle" | "busy" | "offline" | "failed";

export function PairPage({ code, name: otherwise, revoked = false, onPaired, back = null }: PairProps) {
  const typed = useSignal(code);
  const name = useSignal("");
  const state = useSignal<State>("idle");
  const link = useRef<Link | null>(null);

  const pair = (with_: string) => {
    link.current?.stop();
    state.value = "busy";
    const next = new Link({
      url: socketUrl(),
      hello: () => ({ type: "pair", code: with_.trim(), name: name.value.trim() || otherwise }),
      onFrame: (frame) => {
        if (frame.type === "paired") {
          next.stop();
          const shop: unknown = frame.shop;
          const slug = typeof shop === "string" ? shop : ((shop as { slug?: string } | null)?.slug ?? "");
          onPaired({ token: frame.token, shop: slug, name: name.value.trim() || otherwise });
        } else if (frame.type === "error") {
          next.stop();
          state.value = "failed";
        }
      },
      onState: (now, closed) => {
        if (now === "waiting") state.value = "offline";
        if (now === "stopped" && closed >= 4400) state.value = "failed";
      },
      ping: () => ({ type: "ping" }),
      pingEveryMs: 20_000,
    });
    link.current = next;
    next.start();
  };
  useEffect(() => {
    if (code) pair(code);
    return () => link.current?.stop();
  }, []);

  const busy = state.value === "busy" || state.value === "offline";
  const field = (about: typeof typed, label: string, more: object) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        autocomplete="off"
        value={about.value}
        onInput={(event) => {
          about.value = event.currentTarget.value;
        }}
        {...more}
      />
    </label>
  );
  return (
    <main class="door">
      <DoorTop />
      <h1>{t().title}</h1>
      {revoked && <p class="notice bad" role="alert"><Icon d={icon.alert} /> {t().revoked}</p>}
      <p class="muted">{t().text}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.value.trim()) pair(typed.value);
        }}
      >
        {field(typed, t().code, { class: "code-input", autocapitalize: "characters", spellcheck: false, maxLength: 64 })}
        {field(name, t().name, { maxLength: 40, placeholder: otherwise })}
        <div role="alert">
          {state.value === "failed" && <p class="notice bad"><Icon d={icon.alert} /> {t().failed}</p>}
          {state.value === "offline" && <p class="notice warn"><Icon d={icon.wifi} /> {t().offline}</p>}
        </div>
        <button type="submit" class="button primary wide" disabled={busy || !typed.value.trim()}>
          {busy ? <><span class="spinner" /> {t().connecting}</> : t().connect}
        </button>
        {state.value === "failed" && back && (
          <button type="button" class="button wide quiet" onClick={back.go}>
            {back.label}
          </button>
        )}
      </form>
    </main>
  );
}
