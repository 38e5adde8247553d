import fc from "fast-check";
import { expect, test } from "vitest";
import { lineCharsMax, ndjsonLines } from "./ndjson.ts";

async function* pieces(bytes: Uint8Array, cuts: readonly number[]) {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...ends, bytes.length]) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

test("wherever the bytes are cut, the lines are the same", async () => {
  const lines = fc.array(fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.constantFrom("💥é漢", "{}")), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(), { maxLength: 12 }), async (values, cuts) => {
      const texts = values.map((value) => JSON.stringify(value));
      const bytes = new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
      const got = (await Array.fromAsync(ndjsonLines(pieces(bytes, cuts)))).flat();
      expect(got).toEqual(texts);
    }),
  );
});

test("lines that arrive together are given together; blank ones are left out; an unfinished last line counts", async () => {
  const bytes = new TextEncoder().encode('{"a":1}\n\n{"b":2}\n{"c":3}');
  expect(await Array.fromAsync(ndjsonLines(pieces(bytes, [])))).toEqual([['{"a":1}', '{"b":2}'], ['{"c":3}']]);
});

test("a line without an end is refused before it fills the memory", async () => {
  async function* endless() {
    for (;;) yield new Uint8Array(1024 * 1024).fill(0x61);
  }
  await expect(Array.fromAsync(ndjsonLines(endless()))).rejects.toMatchObject({ kind: "defect", code: "cli/line-too-long" });
  expect(lineCharsMax).toBeLessThan(64 * 1024 * 1024);
});
