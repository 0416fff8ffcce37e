/** A modal: native <dialog>, which traps focus, makes the rest inert and closes by Escape. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import "../sheet.css";
import { common } from "../words";
import { Icon } from "./icon";
import * as icon from "./icons";

interface SheetProps {
  title: string;
  onClose: () => void;
  kind?: "bottom" | "center" | "side";
  children: ComponentChildren;
  footer?: ComponentChildren;
}

export function Sheet({ title, onClose, kind = "bottom", children, footer }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement as HTMLElement | null;
    element?.showModal();
    return () => {
      element?.close();
      if (opener?.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`sheet ${kind}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose(); // the backdrop
      }}
    >
      <div class="sheet-in">
        <div class="sheet-head">
          <h2 id={id} tabIndex={-1} autofocus>
            {title}
          </h2>
          <button type="button" class="icon-button" aria-label={common().close} onClick={onClose}>
            <Icon d={icon.close} />
          </button>
        </div>
        <div class="sheet-body">{children}</div>
        {footer && <div class="sheet-foot">{footer}</div>}
      </div>
    </dialog>
  );
}
