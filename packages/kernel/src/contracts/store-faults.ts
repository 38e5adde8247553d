import { type Fault, fault } from "./fault.ts";
import { type Range, storeKeyBytesMax } from "./store.ts";

/** A check failed: the key holds another value than the writer believed. */
export const storeConflict = (key: string): Fault =>
  fault("conflict", "store/conflict", `${key} was changed by somebody else meanwhile; read it again and repeat the change once`, {
    data: { key },
  });

/** The backend failed. What was stored before stays readable where the backend can still read. */
export const storeUnavailable = (message: string, cause?: unknown): Fault => fault("unavailable", "store/unavailable", message, { cause });

const printable = /^[\x20-\x7e]+$/;

/** Throws `store/bad-key` unless the key is 1 to `storeKeyBytesMax` printable ASCII characters. */
export function requireStoreKey(key: string): void {
  if (key.length <= storeKeyBytesMax && printable.test(key)) return;
  const shown = JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key);
  throw fault("invalid", "store/bad-key", `a key is 1 to ${storeKeyBytesMax} printable ASCII characters; this one is not: ${shown}`);
}

/** Throws `store/bad-range` unless the limit is absent, infinite or a whole number of at least 1. */
export function requireStoreRange({ limit }: Range): void {
  if (limit === undefined || limit === Infinity || (Number.isInteger(limit) && limit >= 1)) return;
  throw fault("invalid", "store/bad-range", `a scan's limit is a whole number of at least 1; this one is ${limit}`);
}

/** The JSON text that a backend keeps. Throws `store/bad-value` for what is not JSON: such a value would not come back. */
export function encodeStoreValue(key: string, value: unknown): string {
  const text = attempt(() => JSON.stringify(value));
  if (typeof text === "string") return text;
  throw fault("invalid", "store/bad-value", `the value for ${key} is not JSON; store null or remove the key instead`);
}

function attempt(encode: () => string | undefined): string | undefined {
  try {
    return encode();
  } catch {
    return undefined;
  }
}
