import { bodyHash } from "@dispatch/journal-sink/record";
import fc from "fast-check";
import { expect, test } from "vitest";
import { manifestsOf, type SaidPrompt } from "./prompt-manifests.fixture.ts";
import { promptTexts } from "./prompt-texts.ts";

const stored = (texts: Iterable<string>) => {
  const byHash = new Map([...texts].map((text) => [bodyHash(text), text]));
  return (hash: string) => byHash.get(hash);
};

test("whatever a turn's requests were, each is rebuilt to its last byte", () => {
  const text = fc.string({ maxLength: 3 });
  const prompt = fc.record({ system: text, tools: text, messages: fc.array(text, { maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(prompt, { minLength: 1, maxLength: 6 }), (prompts: readonly SaidPrompt[]) => {
      const { bodies, manifests } = manifestsOf(prompts);
      const read = stored([...bodies, ...manifests]);
      expect(manifests.map((manifest) => promptTexts(manifest, read))).toEqual(prompts);
    }),
  );
});

test("what is no longer stored is missing at its place, and the rest stands where it stood", () => {
  const prompts = [
    { system: "s", tools: "[]", messages: ["a", "b"] },
    { system: "s", tools: "[]", messages: ["a", "b", "c"] },
  ];
  const { bodies, manifests } = manifestsOf(prompts);
  const [first = "", second = ""] = manifests;
  const withoutB = stored([...bodies.filter((text) => text !== "b"), ...manifests]);
  expect(promptTexts(second, withoutB)?.messages).toEqual(["a", undefined, "c"]);
  const withoutBase = stored([...bodies, second]);
  expect(promptTexts(second, withoutBase)?.messages).toEqual([undefined, undefined, "c"]);
  expect(promptTexts(first, () => undefined)).toEqual({ system: undefined, tools: undefined, messages: [undefined, undefined] });
});

// Reaches messagesMax, basesMax.
test("a manifest that goes round, promises what it has not, or is none, ends", () => {
  const hash = bodyHash("x");
  const around = JSON.stringify({ v: 1, system: hash, tools: hash, base: { hash, messages: 5 }, messages: [] });
  let reads = 0;
  const read = () => {
    reads++;
    return around;
  };
  expect(promptTexts(around, read)?.messages).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(reads).toBeLessThan(10_010);
  const greedy = JSON.stringify({ v: 1, system: hash, tools: hash, base: { hash, messages: 9e15 }, messages: [] });
  expect(promptTexts(greedy, () => undefined)?.messages.length).toBeLessThanOrEqual(1_000_000);
  for (const text of [
    "",
    "[]",
    "{}",
    '{"v":2}',
    '{"v":1,"system":1,"tools":"","messages":[]}',
    '{"v":1,"system":"","tools":"","messages":[1]}',
  ])
    expect(
      promptTexts(text, () => undefined),
      text,
    ).toBeUndefined();
});
