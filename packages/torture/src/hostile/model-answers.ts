import type { Json, ModelPart } from "@dispatch/kernel";
import fc from "fast-check";
import { hostileJson, hostileNumber, hostileText } from "./hostile-values.ts";

const texts = fc.oneof(hostileText, fc.constantFrom("Hello. ", "So."));
const metadata = fc.oneof(fc.constant(undefined), hostileJson);
const callIds = fc.oneof(fc.constantFrom("call-1", "call-2", "call-1"), hostileText);
const toolNames = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("read_file", "write_file", "edit_file", "glob", "grep", "todo", "load_skill") },
  { weight: 1, arbitrary: hostileText },
);
const inputs = fc.oneof(
  fc.constantFrom(
    '{"path":"a.txt"}',
    '{"path":"a.txt","content":"x"}',
    '{"pattern":"*"}',
    '{"path":"a.txt"',
    "",
    "null",
    "{}{}",
    '{"path":"a.txt","path":"b.txt"}',
  ),
  hostileText,
  hostileJson.map((value) => JSON.stringify({ path: value, pattern: value, content: value }) ?? ""),
);

type Attributed = Extract<ModelPart, { readonly providerMetadata?: Json }>;

function withMetadata(made: Attributed, value: unknown): ModelPart {
  return value === undefined ? made : { ...made, providerMetadata: value as Json };
}

const part: fc.Arbitrary<ModelPart> = fc.oneof<fc.Arbitrary<ModelPart>[]>(
  fc.tuple(texts, metadata).map(([text, value]) => withMetadata({ type: "text-delta", text }, value)),
  fc.tuple(texts, metadata).map(([text, value]) => withMetadata({ type: "reasoning-delta", text }, value)),
  fc.tuple(callIds, texts).map(([toolCallId, text]): ModelPart => ({ type: "tool-input-delta", toolCallId, text })),
  fc
    .tuple(callIds, toolNames, inputs, metadata)
    .map(([toolCallId, toolName, inputText, value]) => withMetadata({ type: "tool-call", toolCallId, toolName, inputText }, value)),
  fc.tuple(hostileNumber, hostileNumber, hostileNumber).map(
    ([inputTokens, outputTokens, cacheReadTokens]): ModelPart => ({
      type: "usage",
      usage: { inputTokens, outputTokens, cacheReadTokens },
    }),
  ),
);

const reasons = fc.constantFrom("stop", "stop", "tool-calls", "tool-calls", "length", "content-filter", "error", "other");
/** None that would be tried again: each wait would be a real one. */
const kinds = fc.constantFrom("invalid", "denied", "conflict", "missing");
const end: fc.Arbitrary<ModelPart> = fc.oneof<fc.WeightedArbitrary<ModelPart>[]>(
  {
    weight: 6,
    arbitrary: fc
      .tuple(reasons, fc.option(texts, { nil: undefined }))
      .map(([unified, raw]): ModelPart => (raw === undefined ? { type: "finish", unified } : { type: "finish", unified, raw })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(kinds, texts).map(([kind, message]): ModelPart => ({ type: "error", message, code: "attacked/said", kind })),
  },
);

/** What a model says in one step, as its adapter hands it on: parts in any order and of any content, with the one end that is owed. */
export const modelAnswers: fc.Arbitrary<readonly ModelPart[]> = fc
  .tuple(fc.array(part, { maxLength: 12 }), end)
  .map(([parts, last]) => [...parts, last]);
