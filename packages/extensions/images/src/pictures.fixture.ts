import { crc32, deflateSync } from "node:zlib";
import { dataUrlOf } from "./data-url.ts";

/** The smallest real pictures of every kind, and larger ones that are still real. */
export const pictures: { readonly [extension: string]: Uint8Array<ArrayBuffer> } = {
  png: png(1, 1),
  jpg: jpeg(),
  webp: Uint8Array.fromBase64("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="),
  gif: Uint8Array.fromBase64("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
  bmp: bmp(),
};

export const svg: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
);

/** A grey PNG; another shade is another picture. */
export function png(width: number, height: number, shade = 128): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = new Uint8Array(height * (width + 1)).map((_, at) => (at % (width + 1) === 0 ? 0 : shade));
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return joined(Uint8Array.from(signature), chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", new Uint8Array()));
}

/** A real PNG of about that many bytes: the rest is a text chunk. */
export function pngOfSize(sizeBytes: number, shade = 128): Uint8Array<ArrayBuffer> {
  const small = png(1, 1, shade);
  const end = small.subarray(-12);
  return joined(small.subarray(0, -12), chunk("tEXt", new Uint8Array(sizeBytes - small.length - 12).fill(0x20)), end);
}

export const inline = (bytes: Uint8Array, mimeType = "image/png"): string => dataUrlOf(mimeType, bytes);

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = joined(new TextEncoder().encode(type), data);
  return joined(word(data.length), body, word(crc32(body)));
}

function word(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A progressive picture of one pixel, with a preview's end within a segment of its own. */
function jpeg(): Uint8Array<ArrayBuffer> {
  const pixel =
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=";
  const bytes = Uint8Array.fromBase64(pixel);
  const preview = Uint8Array.from([0xff, 0xe1, 0x00, 0x06, 0xff, 0xd8, 0xff, 0xd9]);
  return joined(bytes.subarray(0, 20), preview, bytes.subarray(20), Uint8Array.from([0xff, 0xd9]));
}

function bmp(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(58);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, 58, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 1, true);
  view.setInt32(22, 1, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return bytes;
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
