import {
  contentAnswer,
  contentEnd,
  contentPart,
  messageEnd,
  messageStart,
  messagesAnswer,
  reasoningChunk,
  responseStart,
  responsesAnswer,
  sseEvent,
  textAnswer,
  textBlock,
  toolCallAnswer,
  toolUseBlock,
} from "@dispatch/testkit";
import fc from "fast-check";
import { hostileJson, hostileText } from "./hostile-values.ts";
import { mutated } from "./http-bytes.ts";

/** What a provider answers: status, headers, and the bytes in the pieces that they come in. */
export interface HostileAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly pieces: readonly Uint8Array[];
  /** The connection is cut behind them. */
  readonly cut: boolean;
}

const readCall = { id: "call-1", name: "read_file", arguments: '{"path":"a"}' };
const sound: readonly string[] = [
  textAnswer(["Hel", "lo"], { promptTokens: 3, completionTokens: 2 }),
  toolCallAnswer([readCall, { ...readCall, id: "call-2" }], 5),
  reasoningChunk("Hm.") + textAnswer(["So."]),
  messagesAnswer(["Hel", "lo"]),
  messageStart() + textBlock(0, ["Look."]) + toolUseBlock(1, "call-1", "read_file", '{"path":"a"}') + messageEnd("tool_use"),
  contentAnswer(["Hel", "lo"]),
  contentPart({ functionCall: { name: "read_file", args: { path: "a" } } }) + contentEnd(),
  responsesAnswer(["Hel", "lo"]),
  responseStart(),
];
const events = sound.flatMap((answer) => answer.split(/(?<=\n\n)/));

/** A sound event in which a field holds something else. */
const twisted = fc.tuple(fc.constantFrom(...events), hostileJson, fc.nat(30)).map(([event, value, at]) => {
  let field = 0;
  return event.replaceAll(/:("[^"]*"|\d+|null|true)/g, (whole) => (field++ === at % 6 ? `:${JSON.stringify(value) ?? "null"}` : whole));
});

const mixed = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...events) },
      { weight: 4, arbitrary: twisted },
      { weight: 2, arbitrary: hostileJson.map((value) => sseEvent(value)) },
      { weight: 1, arbitrary: hostileText.map((text) => `data: ${text}\n\n`) },
      { weight: 1, arbitrary: hostileText },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          ":\n\n",
          "event: \n\n",
          "id: \0\n\n",
          "retry: 1e9\n\n",
          "data\n\n",
          "\r\r\r",
          "\ufeff",
          "data: [DONE]\n\n",
        ),
      },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const utf8 = (text: string): Uint8Array => Buffer.from(text);

const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: mutated(fc.constantFrom(...sound)).map(latin1) },
  { weight: 5, arbitrary: mixed.map(utf8) },
  { weight: 2, arbitrary: mutated(mixed).map(latin1) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) },
  { weight: 1, arbitrary: hostileJson.map((value) => utf8(JSON.stringify(value) ?? "")) },
);

const statuses = fc.oneof(
  { weight: 9, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constantFrom(201, 400, 401, 403, 404, 413, 418, 429, 500, 502, 503, 529, 599) },
);
const types = fc.constantFrom(
  "text/event-stream",
  "text/event-stream",
  "application/json",
  "text/html",
  "",
  "text/event-stream; charset=utf-16",
);
const waits = fc.constantFrom("", "1", "-1", "1e99", "Wed, 21 Oct 2099 07:28:00 GMT", "soon");

export const hostileAnswers: fc.Arbitrary<HostileAnswer> = fc
  .tuple(bytes, fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 6 }), statuses, types, waits, fc.integer({ min: 0, max: 9 }))
  .map(([all, sizes, status, type, wait, cut]) => ({
    status,
    headers: { "content-type": type, ...(wait === "" ? {} : { "retry-after": wait }) },
    pieces: inPieces(all, sizes),
    cut: cut === 0,
  }));

function inPieces(all: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const ends = sizes.reduce<readonly number[]>((ends, size) => [...ends, (ends.at(-1) ?? 0) + size], [0]);
  return [...ends, all.length].flatMap((end, at) => (at === 0 || end <= (ends[at - 1] ?? 0) ? [] : [all.subarray(ends[at - 1] ?? 0, end)]));
}
