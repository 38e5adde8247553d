import { expect, test } from "vitest";
import { binsOf, byKind, cacheShare, isLow, placeOfShare, sumCounts, sumTokens, withinText } from "./figures.ts";

const tokens = {
  turns: 2,
  failedTurns: 1,
  inputTokens: 1_000,
  outputTokens: 50,
  cacheReadTokens: 200,
  cacheWriteTokens: 300,
  cacheToldTokens: 800,
};

test("what no provider told of its cache neither raises nor lowers the share", () => {
  expect(cacheShare(tokens)).toBe(0.25);
  expect(isLow(cacheShare(tokens))).toBe(true);
  expect(isLow(0.3)).toBe(false);
  expect(cacheShare({ ...tokens, cacheToldTokens: 0 })).toBeUndefined();
  expect(isLow(undefined)).toBe(false);
});

test("kinds of tokens add up to all of them, whatever a provider counts", () => {
  expect(byKind(tokens)).toEqual({ cached: 200, written: 300, fresh: 500, output: 50 });
  const odd = byKind({ ...tokens, cacheReadTokens: 5_000, cacheWriteTokens: 9 });
  expect(odd).toEqual({ cached: 1_000, written: 0, fresh: 0, output: 50 });
  expect(sumTokens([tokens, tokens])).toMatchObject({ turns: 4, inputTokens: 2_000, cacheToldTokens: 1_600 });
});

test("shares of counted times are told by the bound that they were within", () => {
  expect(placeOfShare([0, 3, 1, 0], 0.5)).toBe(1);
  expect(withinText([0, 3, 1], [100, 2_000], 0.5)).toBe("within 2.0 s");
  expect(withinText([0, 3, 1], [100, 2_000], 0.95)).toBe("over 2.0 s");
  expect(withinText([0, 0, 0], [100, 2_000], 0.95)).toBe("—");
  expect(
    sumCounts([
      [1, 2],
      [3, 4],
    ]),
  ).toEqual([4, 6]);
});

test("a histogram shows where something is, with room beside it", () => {
  const bounds = [50, 100, 1_500, 60_000];
  expect(binsOf([0, 0, 4, 0, 0], bounds)).toEqual([
    { label: "100 ms", count: 0 },
    { label: "1.5 s", count: 4 },
    { label: "1 min", count: 0 },
  ]);
  expect(binsOf([0, 0, 0, 0, 1], bounds).at(-1)).toEqual({ label: ">1 min", count: 1 });
  expect(binsOf([0, 0, 0, 0, 0], bounds)).toEqual([]);
});
