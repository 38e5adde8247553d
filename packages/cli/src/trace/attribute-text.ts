import type { StoredRecord } from "@dispatch/trace-store";
import { oneLine } from "../one-line.ts";

export type Attributes = NonNullable<StoredRecord["attributes"]>;

const shownMax = 3;
const stringCharsMax = 20;

/** Up to three attributes as `{name=value, …}`, long texts cut; empty when there is none. */
export function attributeText(attributes: Attributes = {}): string {
  const shown = Object.entries(attributes).slice(0, shownMax);
  if (shown.length === 0) return "";
  return ` {${shown.map(([name, value]) => `${oneLine(name)}=${valueText(value)}`).join(", ")}}`;
}

function valueText(value: Attributes[string]): string {
  if (typeof value !== "string") return String(value);
  const text = oneLine(value);
  return text.length > stringCharsMax ? `${text.slice(0, stringCharsMax).toWellFormed()}…` : text;
}
