import { bodyHash } from "./body-hash.ts";
import type { Entry } from "./entry.ts";
import type { Mask } from "./masking.ts";
import { maskedBodyHash } from "./record.ts";

/** Lines, each with its end, without a secret; and the same as UTF-8. */
export interface Encoded {
  /** Of an entry that JSON cannot hold there is none. */
  readonly lines: readonly string[];
  readonly bytes: Buffer;
}

/**
 * All lines are searched at once, as bytes; only those under suspicion are masked, value by value and before JSON escapes them, because there
 * a secret stands as it is.
 */
export function encodeEntries(entries: readonly Entry[], mask: Mask): Encoded {
  const encoded: Entry[] = [];
  const lines: string[] = [];
  // Added up, not joined: five times faster.
  let text = "";
  for (const entry of entries) {
    const line = lineOf(entry);
    if (line === undefined) continue;
    encoded.push(entry);
    lines.push(line);
    text += line;
  }
  const bytes = Buffer.from(text);
  const suspicions = mask.suspicions(bytes);
  if (suspicions.length === 0) return { lines, bytes };
  const clean = lines.map((line, index) => {
    const entry = encoded[index];
    if (entry === undefined || !suspicions.some((suspicion) => line.includes(suspicion))) return line;
    return lineOf(maskEntry(entry, mask)) ?? "";
  });
  return { lines: clean, bytes: Buffer.from(clean.join("")) };
}

/** `undefined`: a caller without types gave what JSON cannot hold. */
function lineOf(entry: Entry): string | undefined {
  try {
    return `${JSON.stringify(entry)}\n`;
  } catch {
    return undefined;
  }
}

/** What we make ourselves (kind, level, span ids, times) holds no secret. */
function maskEntry(entry: Entry, mask: Mask): Entry {
  const body = hidden(entry.body, mask);
  const attributes = hidden(entry.attributes, mask);
  return {
    ...entry,
    attributes: body === entry.body ? attributes : { ...attributes, [maskedBodyHash]: bodyHash(entry.body ?? "") },
    body,
    conversationId: hidden(entry.conversationId, mask),
    extensionId: mask.text(entry.extensionId),
    links: hidden(entry.links, mask),
    msg: hidden(entry.msg, mask),
    name: hidden(entry.name, mask),
    turnId: hidden(entry.turnId, mask),
  };
}

function hidden<T>(value: T, mask: Mask): T;
function hidden(value: unknown, mask: Mask): unknown {
  switch (typeof value) {
    case "string":
      return mask.text(value);
    case "number": {
      const text = mask.text(`${value}`);
      return text === `${value}` ? value : text;
    }
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((one) => hidden(one, mask));
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [mask.text(key), hidden(inner, mask)]));
    default:
      return value;
  }
}
