/** What a base64 data URL holds; `undefined` when it is none. What it says of its type is not believed, so it is not told. */
export function bytesOfDataUrl(url: string): Uint8Array<ArrayBuffer> | undefined {
  const comma = url.indexOf(",");
  if (comma === -1 || comma > headCharsMax || !/^data:[^,]*;\s*base64$/i.test(url.slice(0, comma).trimEnd())) return undefined;
  try {
    return Uint8Array.fromBase64(url.slice(comma + 1));
  } catch {
    return undefined;
  }
}

/** Of what stands before the data: a longer beginning is no data URL of an image. */
export const headCharsMax = 256;

/** How many bytes it holds at most, told without decoding it. */
export const dataUrlBytesMax = (url: string): number => Math.floor((url.length * 3) / 4);

export const dataUrlOf = (mimeType: string, bytes: Uint8Array): string => `data:${mimeType};base64,${bytes.toBase64()}`;
