import { clientFrames } from "@dispatch/transport-contract";
import fc from "fast-check";
import { hostileText } from "./hostile-values.ts";
import { inputsOf } from "./schema-values.ts";

/** What a client sends as one frame or message, and whether the rules of WebSocket allow it. */
export interface SentFrame {
  readonly bytes: Uint8Array;
  readonly lawful: boolean;
}

const ids = { conversationId: fc.constantFrom("c1", "c2", "c3"), workspaceId: fc.constantFrom("default", "w1") };
const surfaces = {
  surfaceId: fc.constantFrom("todo", "message-queue", "loaded-extensions", "approvals"),
  actionId: fc.constantFrom("toggle", "cancel", "none"),
};
const said = { message: fc.constant("Hello."), model: fc.constantFrom("opencode/short", "nobody/nothing"), images: fc.constant([]) };

/** Every frame of the protocol from its own schema, as the text of a message. */
const messages: fc.Arbitrary<string> = fc.oneof(
  ...Object.entries(clientFrames).map(([type, schema]) =>
    inputsOf(schema, { ...ids, ...surfaces, ...said, type: fc.constant(type) }).map((frame) => JSON.stringify(frame) ?? ""),
  ),
  hostileText,
);

const [continued, text, binary, close, ping, pong] = [0x0, 0x1, 0x2, 0x8, 0x9, 0xa];
const whole = 0x80;
const mask = [0x12, 0x34, 0x56, 0x78];

const lawful: fc.Arbitrary<SentFrame> = fc.oneof(
  { weight: 8, arbitrary: messages.map((message) => ok(frame(whole | text, utf8(message)))) },
  {
    weight: 2,
    arbitrary: fc.tuple(messages, fc.integer({ min: 1, max: 5 })).map(([message, parts]) => ok(inFragments(utf8(message), parts))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => ok(frame(whole | binary, bytes))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(ping, pong), fc.uint8Array({ maxLength: 125 }))
      .map(([opcode, bytes]) => ok(frame(whole | opcode, bytes))),
  },
);

const lawless: fc.Arbitrary<SentFrame> = fc.oneof(
  // Reserved bits, as of a compression that nobody agreed on; reserved opcodes; a piece of nothing; control frames in pieces or too long.
  fc
    .tuple(fc.constantFrom(0xc1, 0xa1, 0x91, 0xf1, 0x83, 0x8b, 0x8f, whole | continued, 0x09, 0x08), messages)
    .map(([head, message]) => bad(frame(head, utf8(message)))),
  fc.constantFrom(ping, close).map((opcode) => bad(frame(whole | opcode, new Uint8Array(126)))),
  fc
    .constantFrom(0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)
    .map((code) => bad(frame(whole | close, Uint8Array.of(code >> 8, code & 0xff)))),
  fc.constant(bad(frame(whole | close, Uint8Array.of(3)))),
  fc.constant(bad(frame(whole | close, Uint8Array.of(3, 0xe8, 0xff, 0xfe)))),
  fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => bad(frame(whole | text, Uint8Array.of(0xff, ...bytes)))),
  messages.map((message) => bad(withoutMask(utf8(message)))),
  // Lengths that lie, are longer than needed, or negative to whoever reads them with a sign.
  fc
    .constantFrom([0x81, 0xfe, 0xff, 0xff], [0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255], [0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0])
    .map((head) => bad(Uint8Array.from(head))),
  fc.uint8Array({ minLength: 1, maxLength: 60 }).map(bad),
);

/** What one client sends, frame by frame. */
export const frameRows: fc.Arbitrary<readonly SentFrame[]> = fc.oneof(
  { weight: 3, arbitrary: fc.array(lawful, { minLength: 5, maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.array(lawful, { maxLength: 10 }), fc.array(lawless, { minLength: 1, maxLength: 3 })).map((rows) => rows.flat()),
  },
);

function ok(bytes: Uint8Array): SentFrame {
  return { bytes, lawful: true };
}

function bad(bytes: Uint8Array): SentFrame {
  return { bytes, lawful: false };
}

/** Half a character becomes the sign for what cannot be read, as in every browser. */
const utf8 = (message: string): Uint8Array => Buffer.from(message);

/** As a client sends it, under a mask. */
export function frame(head: number, payload: Uint8Array): Uint8Array {
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([Uint8Array.of(head, ...lengthOf(payload.length, 0x80), ...mask), masked]);
}

const withoutMask = (payload: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(whole | text, ...lengthOf(payload.length, 0)), payload]);

function lengthOf(length: number, masked: number): readonly number[] {
  if (length < 126) return [masked | length];
  if (length < 65_536) return [masked | 126, length >> 8, length & 0xff];
  return [masked | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (length >>> shift) & 0xff)];
}

/** Cut anywhere, within a character too. A ping between two of them is allowed. */
function inFragments(payload: Uint8Array, parts: number): Uint8Array {
  const size = Math.ceil(payload.length / parts) || 1;
  const pieces = Array.from({ length: Math.ceil(payload.length / size) || 1 }, (_, at) => payload.subarray(at * size, (at + 1) * size));
  const frames = pieces.map((piece, at) => frame((at === pieces.length - 1 ? whole : 0) | (at === 0 ? text : continued), piece));
  return Buffer.concat(frames.flatMap((one, at) => (at === 1 ? [frame(whole | ping, new Uint8Array(0)), one] : [one])));
}
