/** Takes the frames of a server out of a stream of bytes, whatever pieces they come in. A server's frames have no mask. */
export class FrameReader {
  #carry: Buffer = Buffer.alloc(0);

  /** `see` gets the payload of each whole text frame, valid only during the call; `pinged` is called for each ping. */
  push(bytes: Buffer, see: (payload: Buffer) => void, pinged: () => void): void {
    const all = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes]);
    let at = 0;
    for (let frame = frameAt(all, at); frame !== undefined; frame = frameAt(all, at)) {
      const opcode = all.readUInt8(at) & 0x0f;
      if (opcode === textOpcode) see(all.subarray(frame.begin, frame.end));
      else if (opcode === pingOpcode) pinged();
      at = frame.end;
    }
    // What the socket hands out is overwritten by what it hands out next.
    this.#carry = Buffer.from(all.subarray(at));
  }
}

const textOpcode = 0x1;
const pingOpcode = 0x9;
const lengthIn16Bits = 126;
const lengthIn64Bits = 127;

/** Where the payload of the frame lies that begins there; `undefined` when it is not whole yet. */
function frameAt(bytes: Buffer, at: number): { readonly begin: number; readonly end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const short = bytes.readUInt8(at + 1);
  const headerBytes = short === lengthIn64Bits ? 10 : short === lengthIn16Bits ? 4 : 2;
  const begin = at + headerBytes;
  if (begin > bytes.length) return undefined;
  const length = headerBytes === 2 ? short : headerBytes === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  return begin + length > bytes.length ? undefined : { begin, end: begin + length };
}

/** What a client answers to an empty ping. */
export const pong: Uint8Array = Uint8Array.from([0x8a, 0x80, 0, 0, 0, 0]);

/** A short text frame as a client sends it, under a mask of zeros. */
export function clientFrame(text: string): Uint8Array {
  const payload = Buffer.from(text);
  if (payload.length >= lengthIn16Bits) {
    const header = [0x81, 0x80 | lengthIn16Bits, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0];
    return Buffer.concat([Buffer.from(header), payload]);
  }
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
