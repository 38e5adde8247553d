const characterBytesMax = 4;

/** Of bytes that are UTF-8 but for the cut: without the rest of a character that the cut went through. */
export function withoutCutStart(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < characterBytesMax && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}

export function withoutCutEnd(bytes: Uint8Array): Uint8Array {
  let last = bytes.length - 1;
  while (last > bytes.length - characterBytesMax && isContinuation(bytes[last])) last--;
  const isWhole = last + lengthOf(bytes[last] ?? 0) <= bytes.length;
  return isWhole ? bytes : bytes.subarray(0, last);
}

/** A byte order mark is text too. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
/** Of a character, by its first byte. */
const lengthOf = (first: number): number => (first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
