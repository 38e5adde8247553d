const sampleBytesMax = 8 * 1024;
const invalidShareMax = 0.1;

/** In words for a sentence. */
export interface ContentKind {
  readonly name: string;
  /** How its content can be seen all the same. */
  readonly advice?: string;
}

/** What a file's first bytes say that it is: `undefined` is text. */
export function notText(head: Uint8Array): ContentKind | undefined {
  const image = images.find(({ is }) => is(head));
  if (image !== undefined) return { name: `a ${image.name} image` };
  if (startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff]))
    return { name: "UTF-16 text", advice: "To see it, convert it with run_shell: iconv -f UTF-16 -t UTF-8" };
  const sample = head.subarray(0, sampleBytesMax);
  if (sample.includes(0)) return { name: "a binary file" };
  if (invalidShare(sample) <= invalidShareMax) return undefined;
  return { name: "not UTF-8 text", advice: "If it is text, convert it with run_shell, for example: iconv -f LATIN1 -t UTF-8" };
}

/** Of the characters, how many are none. A character that the sample's end cuts does not weigh in a sample of any size. */
function invalidShare(sample: Uint8Array): number {
  const text = new TextDecoder().decode(sample, { stream: true });
  if (text === "") return 0;
  return (text.split("\ufffd").length - 1) / text.length;
}

const images: readonly { readonly name: string; readonly is: (head: Uint8Array) => boolean }[] = [
  { name: "PNG", is: (head) => startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { name: "JPEG", is: (head) => startsWith(head, [0xff, 0xd8, 0xff]) },
  { name: "GIF", is: (head) => ["GIF87a", "GIF89a"].includes(ascii(head, 0, 6)) },
  { name: "WebP", is: (head) => ascii(head, 0, 4) === "RIFF" && ascii(head, 8, 12) === "WEBP" },
  // Text may begin with "BM"; the reserved zeros behind the size are what it never has.
  { name: "BMP", is: (head) => ascii(head, 0, 2) === "BM" && head.length >= 10 && head.subarray(6, 10).every((byte) => byte === 0) },
];

const startsWith = (head: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, at) => head[at] === byte);
const ascii = (head: Uint8Array, from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
