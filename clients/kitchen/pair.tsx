/** Swap a one-use code, from the link or typed, for this screen's own token. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { Link, socketUrl } from "../lib/socket";
import { device, sentAway, setDevice } from "./state";
import { t } from "./words";

/** The code in `#pair=CODE`, or "". The address forgets it at once: it must not be copied, nor used again at a reload. */
export function codeInLink(): string {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair") ?? "";
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

export function PairPage({ code, onDone }: { code: string; onDone: () => void }) {
  const typed = useSignal(code);
  const name = useSignal("");
  const state = useSignal<"idle" | "busy" | "offline" | "failed">("idle");
  const link = useRef<Link | null>(null);

  const pair = (with_: string) => {
    link.current?.stop();
    state.value = "busy";
    const next = new Link({
      url: socketUrl(),
      hello: () => ({ type: "pair", code: with_.trim(), name: name.value.trim() || t().deviceDefault }),
      onFrame: (frame) => {
        if (frame.type === "paired") {
          next.stop();
          const shop: unknown = frame.shop;
          const slug = typeof shop === "string" ? shop : ((shop as { slug?: string } | null)?.slug ?? "");
          sentAway.value = 0;
          setDevice({ token: frame.token, shop: slug });
          onDone();
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
  return (
    <main class="door">
      <div class="door-top">
        <span class="brand-mark">
          <Icon d={icon.bell} size={30} />
        </span>
        <LangSwitch />
      </div>
      <h1>{t().pair}</h1>
      {sentAway.value > 0 && <p class="notice bad" role="alert"><Icon d={icon.alert} /> {t().revoked}</p>}
      <p class="muted">{t().pairText}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.value.trim()) pair(typed.value);
        }}
      >
        <label class="field">
          <span>{t().pairCode}</span>
          <input
            type="text"
            class="code-input"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={64}
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </label>
        <label class="field">
          <span>{t().deviceName}</span>
          <input
            type="text"
            autocomplete="off"
            maxLength={40}
            placeholder={t().deviceDefault}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </label>
        <div role="alert">
          {state.value === "failed" && <p class="notice bad"><Icon d={icon.alert} /> {t().pairFailed}</p>}
          {state.value === "offline" && <p class="notice warn"><Icon d={icon.wifi} /> {t().pairOffline}</p>}
        </div>
        <button type="submit" class="button primary wide" disabled={busy || !typed.value.trim()}>
          {busy ? <><span class="spinner" /> {t().connecting}</> : t().connect}
        </button>
        {state.value === "failed" && device.value && (
          <button type="button" class="button wide quiet" onClick={onDone}>
            {t().start}
          </button>
        )}
      </form>
    </main>
  );
}
