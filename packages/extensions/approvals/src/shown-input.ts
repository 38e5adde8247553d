import type { Json } from "@dispatch/kernel";

/** Of all texts of an input together: what a person reads before a yes. */
export const shownCharsMax = 8_000;
const depthMax = 12;
const itemsMax = 200;

/** The input of a call for a screen. What is left out is said where it stood, so that nobody takes a part for the whole. */
export function shownInput(input: Json): Json {
  let room = shownCharsMax;
  const text = (whole: string): string => {
    const shown = whole.slice(0, room);
    room -= shown.length;
    return shown.length === whole.length ? whole : `${shown}… [${whole.length - shown.length} more characters are not shown]`;
  };
  const show = (value: Json, depth: number): Json => {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth === depthMax) return "[what is nested deeper is not shown]";
    if (Array.isArray(value)) {
      const shown = value.slice(0, itemsMax).map((item) => show(item, depth + 1));
      return value.length > itemsMax ? [...shown, `[${value.length - itemsMax} more are not shown]`] : shown;
    }
    const fields = Object.entries(value);
    const shown = fields.slice(0, itemsMax).map(([name, field]) => [text(name), show(field, depth + 1)] as const);
    const more = fields.length - itemsMax;
    return Object.fromEntries(more > 0 ? [...shown, ["…", `[${more} more fields are not shown]`]] : shown);
  };
  return show(input, 0);
}
