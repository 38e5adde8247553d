import type { ImageKind } from "@dispatch/transport-contract";

/**
 * Whether an image's own structure reaches its end: one that was cut on its way is told here, and not by a provider in the middle of a turn.
 * Pixels are not decoded, so that a small file which claims to be a large picture costs nothing.
 */
export function isWhole({ extension }: Pick<ImageKind, "extension">, bytes: Uint8Array): boolean {
  const check = checks[extension];
  return check?.(new Reader(bytes)) === true;
}

const checks: { readonly [extension: string]: (image: Reader) => boolean } = {
  png: isWholePng,
  jpg: isWholeJpeg,
  webp: isWholeWebp,
  gif: isWholeGif,
  bmp: isWholeBmp,
};

/** A header with a size first, then chunks up to the one that ends it, with pixels in between. */
function isWholePng(image: Reader): boolean {
  if (image.word(8) !== 13 || image.text(12, 4) !== "IHDR") return false;
  if (image.word(16) === 0 || image.word(20) === 0) return false;
  let hasPixels = false;
  for (let at = 8; image.has(at, 12); at += 12 + image.word(at)) {
    const type = image.text(at + 4, 4);
    if (!image.has(at, 12 + image.word(at))) return false;
    if (type === "IDAT") hasPixels = true;
    if (type === "IEND") return hasPixels;
  }
  return false;
}

/** Segments up to the pixels, one of them with a frame's size, and an end behind them. A preview within a segment has an end of its own. */
function isWholeJpeg(image: Reader): boolean {
  let hasFrame = false;
  let at = 2;
  while (image.has(at, 4) && image.byte(at) === 0xff) {
    const marker = image.byte(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) hasFrame = true;
    if (marker === 0xda) return hasFrame && image.holds([0xff, 0xd9], at + 2);
    if (marker === 0xd9) return false;
    at += 2 + Math.max(2, image.short(at + 2));
  }
  return false;
}

/** A container that tells its length, around one of three kinds of picture. */
function isWholeWebp(image: Reader): boolean {
  const told = image.littleWord(4) + 8;
  return told >= 20 && image.has(0, told) && ["VP8 ", "VP8L", "VP8X"].includes(image.text(12, 4));
}

/** Blocks up to the trailer, at least one of them a picture. */
function isWholeGif(image: Reader): boolean {
  if (!image.has(0, 13)) return false;
  let at = 13 + colourBytes(image.byte(10));
  let hasPicture = false;
  while (image.has(at, 1)) {
    const block = image.byte(at);
    if (block === 0x3b) return hasPicture;
    if (block === 0x21) at = behindSubBlocks(image, at + 2);
    else if (block === 0x2c && image.has(at, 10)) {
      hasPicture = true;
      at = behindSubBlocks(image, at + 11 + colourBytes(image.byte(at + 9)));
    } else return false;
  }
  return false;
}

/** A colour table's size, as the flags before it tell. */
const colourBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

function behindSubBlocks(image: Reader, from: number): number {
  let at = from;
  while (image.has(at, 1) && image.byte(at) !== 0) at += 1 + image.byte(at);
  return at + 1;
}

/** It tells its length and where its pixels begin. */
function isWholeBmp(image: Reader): boolean {
  const told = image.littleWord(2);
  const pixelsAt = image.littleWord(10);
  return image.has(0, 26) && pixelsAt >= 26 && pixelsAt < told && image.has(0, told);
}

/** Beyond the end everything reads as 0. */
class Reader {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  has(at: number, length: number): boolean {
    return at + length <= this.#bytes.length;
  }
  byte(at: number): number {
    return this.#bytes[at] ?? 0;
  }
  short(at: number): number {
    return this.byte(at) * 2 ** 8 + this.byte(at + 1);
  }
  word(at: number): number {
    return this.short(at) * 2 ** 16 + this.short(at + 2);
  }
  littleWord(at: number): number {
    return this.byte(at) + this.byte(at + 1) * 2 ** 8 + this.byte(at + 2) * 2 ** 16 + this.byte(at + 3) * 2 ** 24;
  }
  text(at: number, length: number): string {
    return String.fromCharCode(...this.#bytes.subarray(at, at + length));
  }
  holds([first, second]: readonly [number, number], from: number): boolean {
    for (let at = this.#bytes.indexOf(first, from); at !== -1; at = this.#bytes.indexOf(first, at + 1))
      if (this.#bytes[at + 1] === second) return true;
    return false;
  }
}
