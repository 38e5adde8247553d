const mark = "\ufeff";

/** A file's text, and what stands before it. */
export interface FileText {
  readonly text: string;
  /** The byte order mark, if the file begins with one. */
  readonly mark: string;
}

/** `undefined` when the bytes are not UTF-8: writing them back would change what nobody asked to change. */
export function textOf(bytes: Uint8Array): FileText | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith(mark) ? { text: text.slice(mark.length), mark } : { text, mark: "" };
  } catch {
    return undefined;
  }
}

export const bytesOf = ({ mark, text }: FileText): Uint8Array => new TextEncoder().encode(mark + text);
