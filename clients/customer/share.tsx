/** The order's link for somebody else: by the phone's own sheet, else by the clipboard, else by hand. */
import { useSignal } from "@preact/signals";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order } from "../lib/wire";
import { t } from "./words/rest";

export function ShareButton({ order }: { order: Order }) {
  const said = useSignal("");
  const canShare = "share" in navigator;
  const tap = async () => {
    if (canShare) {
      await navigator.share({ title: t().yourOrder(order.number), url: location.href }).catch(() => {}); // closed: no news
      return;
    }
    said.value = (await copy(location.href)) ? t().copied : t().notCopied;
  };
  return (
    <>
      <button type="button" class="text-button" onClick={() => void tap()}>
        <Icon d={icon.share} size={20} /> {canShare ? t().share : t().copyLink}
      </button>
      <p class="muted small" role="status">{said.value}</p>
    </>
  );
}

/** Copy a text; on plain http only the old way is there. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.readOnly = true;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
