import { isDeeper } from "@dispatch/json-depth";
import { garbled } from "./faults.ts";

export const headerBytesMax = 8 * 1024;
export const messageBytesMax = 32 * 1024 * 1024;
const messageDepthMax = 200;

/** Takes the messages out of a language server's output: a header that tells the length, an empty line, that many bytes of JSON. */
export class FrameDecoder {
  #chunks: Uint8Array[] = [];
  #heldBytes = 0;
  /** Of the message whose header has been read. */
  #lengthBytes: number | undefined;

  /** What is complete now. Faults: `lsp/garbled` for what is not the protocol or beyond its bounds; the decoder is of no use then. */
  push(bytes: Uint8Array): readonly object[] {
    this.#chunks.push(bytes);
    this.#heldBytes += bytes.length;
    const messages: object[] = [];
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message);
    return messages;
  }

  #next(): object | undefined {
    this.#lengthBytes ??= this.#header();
    if (this.#lengthBytes === undefined || this.#heldBytes < this.#lengthBytes) return undefined;
    const body = this.#take(this.#lengthBytes);
    this.#lengthBytes = undefined;
    return parse(body);
  }

  #header(): number | undefined {
    const held = this.#whole();
    const end = endOfHeader(held);
    if ((end ?? held.length) > headerBytesMax) throw garbled(`wrote a header of more than ${headerBytesMax} bytes`);
    if (end === undefined) return undefined;
    return lengthIn(new TextDecoder("latin1").decode(this.#take(end)));
  }

  /** In one piece. Only asked for while a header is looked for, so that a large message is not copied again with every piece of it. */
  #whole(): Uint8Array {
    const [first, ...others] = this.#chunks;
    if (first === undefined) return new Uint8Array();
    if (others.length === 0) return first;
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  #take(count: number): Uint8Array {
    const whole = this.#whole();
    this.#chunks = count < whole.length ? [whole.subarray(count)] : [];
    this.#heldBytes -= count;
    return whole.subarray(0, count);
  }
}

/** The place behind the empty line. */
function endOfHeader(bytes: Uint8Array): number | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headerBytesMax + 4)).indexOf("\r\n\r\n");
  return at === -1 ? undefined : at + 4;
}

function lengthIn(header: string): number {
  const [, digits] = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(header.replaceAll("\r", "")) ?? [];
  if (digits === undefined) throw garbled("wrote something that is no message of its protocol");
  const length = Number(digits);
  if (length > messageBytesMax) throw garbled(`announced a message of ${length} bytes, more than the ${messageBytesMax} that are taken`);
  return length;
}

function parse(body: Uint8Array): object {
  if (isDeeper(body, messageDepthMax)) throw garbled(`sent a message that nests deeper than ${messageDepthMax} levels`);
  try {
    const message: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof message === "object" && message !== null && !Array.isArray(message)) return message;
  } catch {
    // Said below.
  }
  throw garbled("sent a message that is not a JSON object");
}
