import type { MediaType } from "./media-type.ts";

const declarationBytesMax = 4_096;

/** The text of a body, by its byte order mark, else by what the server says, else by what the text says of itself, else as UTF-8. Never throws. */
export function decodeText(bytes: Uint8Array, { charset }: MediaType): string {
  const label = marked(bytes) ?? charset ?? declared(bytes) ?? "utf-8";
  return (decoderFor(label) ?? new TextDecoder()).decode(bytes);
}

function marked([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : undefined;
}

/** `<meta charset>`, its longer form, or an XML declaration. A text that can say so in ASCII is not UTF-16. */
function declared(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, declarationBytesMax));
  const found =
    /<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w:-]{1,40})/i.exec(head) ??
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:-]{1,40})/i.exec(head);
  return found?.[1]?.toLowerCase().startsWith("utf-16") ? "utf-8" : found?.[1];
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label as "utf-8");
  } catch {
    return undefined;
  }
}
