import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ModelPart } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { PartReader } from "./part-reader.ts";

type Part = LanguageModelV4StreamPart;
const context = () => ({ name: "c/m", secrets: [], now: 0 });

/** What the kernel makes of a stream: its pieces, each with the metadata that it keeps. */
function pieces(...parts: readonly Part[]): readonly (readonly [string, unknown])[] {
  const reader = new PartReader("mine", context);
  const made: { type: string; text: string; metadata: unknown; closed: boolean }[] = [];
  for (const part of parts) {
    for (const { type, text, providerMetadata } of deltas(reader.read(part))) {
      const last = made.at(-1);
      const piece = last?.type === type && !last.closed ? last : { type, text: "", metadata: undefined as unknown, closed: false };
      if (piece !== last) made.push(piece);
      piece.text += text;
      if (providerMetadata === undefined) continue;
      piece.metadata = (providerMetadata as { mine: unknown }).mine;
      piece.closed = text === "";
    }
  }
  return made.map(({ text, metadata }) => [text, metadata] as const);
}

function deltas(parts: ReturnType<PartReader["read"]>) {
  const list: readonly ModelPart[] = parts === undefined ? [] : "type" in parts ? [parts] : parts;
  return list.filter((part) => part.type === "text-delta" || part.type === "reasoning-delta");
}

const said = (type: "text" | "reasoning", id: string) => ({
  start: (providerMetadata?: Metadata): Part => ({ type: `${type}-start`, id, ...given(providerMetadata) }),
  delta: (delta: string, providerMetadata?: Metadata): Part => ({ type: `${type}-delta`, id, delta, ...given(providerMetadata) }),
  end: (providerMetadata?: Metadata): Part => ({ type: `${type}-end`, id, ...given(providerMetadata) }),
});
type Metadata = { readonly [name: string]: { readonly [field: string]: string } };
const given = (providerMetadata: Metadata | undefined) => (providerMetadata === undefined ? {} : { providerMetadata });
const mark = (signature: string): Metadata => ({ p: { signature } });
const text = said("text", "t");
const thought = said("reasoning", "r");

test("what comes with a block's start belongs to its text", () => {
  expect(pieces(text.start(mark("1")), text.delta("a"), text.delta("b"), text.end())).toEqual([["ab", mark("1")]]);
});

test("what comes with a block's start is there also when the block is cut", () => {
  expect(pieces(text.start(mark("1")), text.delta("a"), text.delta("b"))).toEqual([["ab", mark("1")]]);
});

test("of a block's metadata the latest counts, wherever it came", () => {
  expect(pieces(text.start(mark("1")), text.delta("a", mark("2")), text.delta("b"), text.end(mark("3")))).toEqual([["ab", mark("3")]]);
  expect(pieces(thought.start(), thought.delta("a"), thought.delta("", mark("2")), thought.end())).toEqual([["a", mark("2")]]);
});

test("a block without text is a piece where it carries something, and nothing where it does not", () => {
  expect(pieces(thought.start(mark("1")), thought.end())).toEqual([["", mark("1")]]);
  expect(pieces(thought.start(mark("1")), thought.delta(""), thought.end(mark("2")))).toEqual([["", mark("2")]]);
  expect(pieces(thought.start(), thought.delta(""), thought.end())).toEqual([]);
});

test("neighbouring blocks keep their own, and take nobody else's", () => {
  const [a, b] = [said("reasoning", "a"), said("reasoning", "b")];
  const blocks = (first?: Metadata, second?: Metadata) =>
    pieces(a.start(first), a.delta("a"), a.end(), b.start(second), b.delta("b"), b.end());
  expect(blocks(mark("1"), mark("2"))).toEqual([
    ["a", mark("1")],
    ["b", mark("2")],
  ]);
  expect(blocks(mark("1"), undefined)).toEqual([
    ["a", mark("1")],
    ["b", undefined],
  ]);
  expect(blocks(undefined, mark("2"))).toEqual([
    ["a", {}],
    ["b", mark("2")],
  ]);
  expect(blocks(undefined, undefined)).toEqual([["ab", undefined]]);
});

test("a hidden thought behind an open one is a piece of its own", () => {
  const hidden = said("reasoning", "h");
  expect(pieces(thought.start(), thought.delta("hm"), hidden.start(mark("secret")), hidden.end())).toEqual([
    ["hm", {}],
    ["", mark("secret")],
  ]);
});

test("text that goes on behind a signature in the middle of its block is another piece", () => {
  expect(pieces(text.start(), text.delta("a"), text.delta("", mark("1")), text.delta("b"), text.end())).toEqual([
    ["a", mark("1")],
    ["b", undefined],
  ]);
});

test("metadata does not leak over a block of the other type or over a call", () => {
  expect(
    pieces(
      thought.start(mark("1")),
      thought.delta("hm"),
      thought.end(),
      text.start(),
      text.delta("a"),
      text.end(),
      thought.start(),
      thought.delta("b"),
    ),
  ).toEqual([
    ["hm", mark("1")],
    ["a", undefined],
    ["b", undefined],
  ]);
  const call: Part = { type: "tool-call", toolCallId: "c", toolName: "glob", input: "{}" };
  const reader = new PartReader("mine", context);
  for (const part of [text.start(mark("1")), text.delta("a"), call]) reader.read(part);
  expect(reader.read(text.start(mark("2")))).toBeUndefined();
});
