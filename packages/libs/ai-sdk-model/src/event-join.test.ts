import {
  contentChunk,
  doneEvent,
  ending,
  errorChunk,
  finishChunk,
  reasoningChunk,
  roleChunk,
  sseEvent,
  toolCallChunk,
  usageChunk,
} from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventJoin } from "./event-join.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function joined(...pushes: readonly string[]): string {
  const join = new EventJoin();
  for (const text of pushes) join.push(bytes(text), true);
  return join.takeLast();
}

interface Said {
  readonly choices?: readonly { readonly delta: { readonly content?: string; readonly reasoning_content?: string } }[];
}
const said = (stream: string): readonly Said[] =>
  stream
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice(6)) as Said);

test("while the process is calm every event passes as it came", () => {
  const join = new EventJoin();
  const stream = contentChunk("a") + contentChunk("b");
  join.push(bytes(stream), false);
  expect(join.mayWait).toBe(false);
  expect(join.take()).toBe(stream);
});

test("pieces of one text that stand together become one event", () => {
  expect(joined(contentChunk("a"), contentChunk("b"), contentChunk("c"))).toBe(contentChunk("abc"));
  expect(joined(reasoningChunk("a") + reasoningChunk("b"))).toBe(reasoningChunk("ab"));
  expect(joined(toolCallChunk({ index: 1, arguments: '{"a' }), toolCallChunk({ index: 1, arguments: '":1}' }))).toBe(
    toolCallChunk({ index: 1, arguments: '{"a":1}' }),
  );
});

test("pieces of different texts stay apart, in their order", () => {
  const stream =
    reasoningChunk("a") + contentChunk("b") + toolCallChunk({ index: 0, arguments: "c" }) + toolCallChunk({ index: 1, arguments: "d" });
  expect(joined(stream)).toBe(stream);
});

test("what is no piece passes as it came and ends what came before it", () => {
  const others = [
    roleChunk(),
    ": keep-alive\n\n",
    'data: {"choices": [\n\n',
    "event: ping\ndata: {}\n\n",
    toolCallChunk({ index: 0, id: "a", name: "glob", arguments: "{" }),
    errorChunk("no"),
    finishChunk("stop"),
    usageChunk({ promptTokens: 1, completionTokens: 1 }),
    sseEvent({ choices: [{ delta: { content: "x", reasoning_content: "y" } }] }),
    sseEvent({ choices: [{ delta: { content: "x" } }, { delta: { content: "y" } }] }),
    sseEvent({ choices: [{ delta: { content: "x" }, finish_reason: "stop" }] }),
    sseEvent({ choices: [{ delta: { content: [{ type: "text", text: "x" }] } }] }),
    sseEvent({ choices: [{ delta: { content: "x" } }], usage: { prompt_tokens: 1 } }),
    sseEvent({ choices: null }),
    sseEvent(null),
    doneEvent,
  ];
  for (const other of others)
    expect(joined(contentChunk("a") + other + contentChunk("b"))).toBe(contentChunk("a") + other + contentChunk("b"));
});

test("events that are separated otherwise, and an end without a boundary, pass as they came", () => {
  const windows = (contentChunk("a") + contentChunk("b")).replaceAll("\n", "\r\n");
  expect(joined(windows)).toBe(windows);
  expect(joined(contentChunk("a"), "data: [DO")).toBe(`${contentChunk("a")}data: [DO`);
});

test("a line without an end is handed on instead of being kept", () => {
  const join = new EventJoin();
  for (let sent = 0; sent < 200_000; sent += 10_000) join.push(bytes("x".repeat(10_000)), true);
  expect(join.take().length).toBeGreaterThan(130_000);
});

// Reaches joinedLengthMax.
test("a joined piece is not much longer than a paragraph", () => {
  const stream = said(joined(...Array.from({ length: 1_000 }, () => contentChunk("0123456789"))));
  expect(stream.length).toBe(10);
  for (const { choices } of stream) expect(choices?.[0]?.delta.content?.length).toBeLessThanOrEqual(1_034);
});

test("only text behind a text that was taken may wait", () => {
  const join = new EventJoin();
  join.push(bytes(roleChunk()), true);
  expect(join.mayWait).toBe(false);
  join.take();
  join.push(bytes(contentChunk("first")), true);
  expect(join.mayWait).toBe(false);
  join.take();
  join.push(bytes(contentChunk("second")), true);
  expect(join.mayWait).toBe(true);
  join.push(bytes(ending("stop")), true);
  expect(join.mayWait).toBe(false);
});

/** What a stream says, however its texts are cut. */
function meaning(stream: string): readonly string[] {
  const told: string[] = [];
  let lane = "";
  for (const event of stream.split("\n\n")) {
    const [, next = "", text = ""] = /"delta":\{"(content|reasoning_content)":("(?:[^"\\]|\\.)*")\}/.exec(event) ?? [];
    if (next !== "" && next === lane) told.push(told.pop() + JSON.parse(text));
    else told.push(next === "" ? event : `${next}: ${JSON.parse(text)}`);
    lane = next;
  }
  return told;
}

test("a stream says the same with and without, however it is cut into reads and takes", () => {
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map(contentChunk) },
    { weight: 2, arbitrary: fc.string({ minLength: 1, maxLength: 12 }).map(reasoningChunk) },
    fc.constantFrom(roleChunk(), ": ping\n\n", 'data: {"choices"\n\n', errorChunk("no"), finishChunk("stop"), doneEvent),
  );
  const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), cuts, (events, reads) => {
      const stream = events.join("");
      const sent = bytes(stream);
      const join = new EventJoin();
      let out = "";
      for (let at = 0, turn = 0; at < sent.length; turn += 1) {
        const [length, takes, joins] = reads[turn % reads.length] ?? [1, true, true];
        join.push(sent.slice(at, at + length), joins);
        if (takes) out += join.take();
        at += length;
      }
      out += join.takeLast();
      expect(meaning(out)).toEqual(meaning(stream));
    }),
  );
});

test.each([true, false])("events that CRLF separates pass one by one, not at the stream's end (joins: %j)", (joins) => {
  const join = new EventJoin();
  join.push(bytes('data: {"a":1}\r\n\r\ndata: {"b"'), joins);
  expect(join.mayWait).toBe(false);
  expect(join.take()).toBe('data: {"a":1}\r\n\r\n');
  join.push(bytes(":2}\r\n\r"), joins);
  expect(join.take()).toBe("");
  join.push(bytes(`\n${contentChunk("c")}`), joins);
  expect(join.take()).toBe(`data: {"b":2}\r\n\r\n${contentChunk("c")}`);
});

// Reaches eventLengthMax.
test("what has no end is kept for 65,536 characters, and then handed on", () => {
  const join = new EventJoin();
  join.push(bytes("x".repeat(65_536)), true);
  expect(join.take()).toBe("");
  join.push(bytes("x"), true);
  expect(join.take()).toHaveLength(65_537);
});
