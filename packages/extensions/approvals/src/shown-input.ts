import type { Json } from "@dispatch/kernel";

/** Of all long texts of an input together: what a person reads before a yes. Short ones have as much for themselves, so that no long one hides them. */
export const shownCharsMax = 8_000;
const shortCharsMax = 500;
const depthMax = 12;
/** Values of all kinds, in all depths. */
const valuesMax = 1_000;

/** The input of a call for a screen. What is left out is said where it stood, so that nobody takes a part for the whole. */
export function shownInput(input: Json): Json {
  const room = { short: shownCharsMax, long: shownCharsMax };
  let values = 0;
  const text = (whole: string): string => {
    const kind = whole.length <= shortCharsMax && whole.length <= room.short ? "short" : "long";
    const shown = whole.slice(0, room[kind]);
    room[kind] -= shown.length;
    return shown.length === whole.length ? whole : `${shown}… [${whole.length - shown.length} more characters are not shown]`;
  };
  const show = (value: Json, depth: number): Json => {
    values += 1;
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth === depthMax) return "[what is nested deeper is not shown]";
    if (Array.isArray(value)) {
      const shown: Json[] = [];
      for (const item of value) {
        if (values >= valuesMax) return [...shown, `[${value.length - shown.length} more are not shown]`];
        shown.push(show(item, depth + 1));
      }
      return shown;
    }
    const shown: [string, Json][] = [];
    const fields = Object.entries(value);
    for (const [name, field] of fields) {
      if (values >= valuesMax) return Object.fromEntries([...shown, ["…", `[${fields.length - shown.length} more fields are not shown]`]]);
      shown.push([text(name), show(field, depth + 1)]);
    }
    return Object.fromEntries(shown);
  };
  return show(input, 0);
}
