import type { JournalRecord } from "./record.ts";

/**
 * 64-bit FNV-1a over the UTF-16 code units of the record's canonical JSON (no spaces, keys sorted), as 16 hex digits.
 * Two records that are equal in every field have one id.
 */
export const recordId = (record: JournalRecord): string => fnv1a64(canonicalJson(record));

/** What the journal wrote is canonical already: it is written again as it stands. */
export const canonicalJson = (record: JournalRecord): string => JSON.stringify(isSorted(record) ? record : sorted(record));

/** Keys alone: every record that is collected passes here, and lists of pairs would cost it as much as its hash. */
function isSorted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = "";
  for (const key of Object.keys(value)) {
    if (key < before || !isSorted((value as { readonly [key: string]: unknown })[key])) return false;
    before = key;
  }
  return true;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const fields = value as { readonly [key: string]: unknown };
  // Without a prototype, so that a key of any name is no more than a key.
  const inOrder: { [key: string]: unknown } = Object.create(null);
  for (const key of Object.keys(fields).sort()) inOrder[key] = sorted(fields[key]);
  return inOrder;
}

/** In four limbs of 16 bits, because numbers hold no product of 64: the prime is 2^40 + 435. */
function fnv1a64(text: string): string {
  let a = 0x2325;
  let b = 0x8422;
  let c = 0x9ce4;
  let d = 0xcbf2;
  for (let index = 0; index < text.length; index += 1) {
    a ^= text.charCodeAt(index);
    const first = a * 435;
    const second = b * 435 + (first >>> 16);
    const third = c * 435 + (a << 8) + (second >>> 16);
    d = (d * 435 + (b << 8) + (third >>> 16)) & 0xffff;
    c = third & 0xffff;
    b = second & 0xffff;
    a = first & 0xffff;
  }
  return hex(d, c) + hex(b, a);
}

const hex = (high: number, low: number): string => (((high << 16) | low) >>> 0).toString(16).padStart(8, "0");
