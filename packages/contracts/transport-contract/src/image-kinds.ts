/** A format that images of a message may have. What it is says its beginning, never its name or its sender. */
export interface ImageKind {
  /** For people. */
  readonly name: string;
  readonly extension: string;
  readonly mimeType: string;
  /** By the first `imageHeadBytes` bytes. */
  is(head: Uint8Array): boolean;
}

export const imageHeadBytes = 16;

/** SVG is none of them: it can hold scripts. */
export const imageKinds: readonly ImageKind[] = [
  {
    name: "PNG",
    extension: "png",
    mimeType: "image/png",
    is: (head) => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, at) => head[at] === byte),
  },
  { name: "JPEG", extension: "jpg", mimeType: "image/jpeg", is: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff },
  { name: "WebP", extension: "webp", mimeType: "image/webp", is: (head) => ascii(head, 0, 4) === "RIFF" && ascii(head, 8, 12) === "WEBP" },
  { name: "GIF", extension: "gif", mimeType: "image/gif", is: (head) => ["GIF87a", "GIF89a"].includes(ascii(head, 0, 6)) },
  // Text may begin with "BM"; the reserved zeros behind the size are what it never has.
  {
    name: "BMP",
    extension: "bmp",
    mimeType: "image/bmp",
    is: (head) => ascii(head, 0, 2) === "BM" && head.length >= 10 && head.subarray(6, 10).every((byte) => byte === 0),
  },
];

/** `undefined`: it is no image that messages can hold. */
export const imageKindOf = (bytes: Uint8Array): ImageKind | undefined => {
  const head = bytes.subarray(0, imageHeadBytes);
  return imageKinds.find(({ is }) => is(head));
};

/** As a sentence lists them. */
export const imageKindNames = "PNG, JPEG, WebP, GIF or BMP";

const ascii = (head: Uint8Array, from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
