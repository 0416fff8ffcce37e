/** A labelled field of the checkout form, with its hint or its fault. */
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Form } from "./form";

export type Set = (field: keyof Form) => (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => void;

interface FieldProps {
  form: Form;
  wrong: Partial<Record<keyof Form, string>>;
  set: Set;
  name: Exclude<keyof Form, "service">;
  label: string;
  hint?: string;
  type?: "text" | "tel";
  autocomplete: string;
  maxLength: number;
  /** An address may need a second line. */
  long?: boolean;
  last?: boolean;
}

export function Field({ form, wrong, set, name, label, hint, type = "text", autocomplete, maxLength, long, last }: FieldProps) {
  const fault = wrong[name];
  const shared = {
    id: `f-${name}`,
    name,
    maxLength,
    autocomplete,
    enterkeyhint: last ? ("done" as const) : ("next" as const),
    value: form[name],
    onInput: set(name),
    "aria-invalid": fault ? ("true" as const) : undefined,
    "aria-describedby": fault ? `e-${name}` : hint ? `h-${name}` : undefined,
  };
  return (
    <div class="field">
      <label for={`f-${name}`}>{label}</label>
      {long ? <textarea rows={2} {...shared} /> : type === "tel" ? <input type="tel" inputMode="tel" {...shared} /> : <input type="text" {...shared} />}
      {fault ? (
        <p class="small problem" id={`e-${name}`}><Icon d={icon.alert} size={16} /> {fault}</p>
      ) : (
        hint && <p class="small muted" id={`h-${name}`}>{hint}</p>
      )}
    </div>
  );
}
