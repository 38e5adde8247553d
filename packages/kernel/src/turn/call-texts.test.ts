import { expect, test } from "vitest";
import type { Tool } from "../contracts/tool.ts";
import { badJsonText, misfitText, unknownToolText } from "./call-texts.ts";

const toolsOf = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `tool_${n}` }) as Tool);

// Reaches namesMax.
test("of many tools fifty are named, and the others counted", () => {
  expect(unknownToolText("x", toolsOf(50))).toMatch(/tool_49\.$/);
  expect(unknownToolText("x", toolsOf(53))).toMatch(/tool_49 and 3 more\.$/);
});

// Reaches excerptCharsMax.
test("of a long input that is no JSON two hundred characters are quoted, its beginning and its end", () => {
  const quoted = (size: number) => badJsonText("t", "x".repeat(size)).match(/x/g)?.length;
  expect([quoted(199), quoted(200), quoted(201), quoted(100_000)]).toEqual([199, 200, 200, 200]);
});

// Reaches problemsMax.
test("of many problems of an input ten are listed, and the others counted", () => {
  const problems = Array.from({ length: 12 }, (_, n) => `p${n}`);
  expect(misfitText("t", problems.slice(0, 10))).not.toContain("more");
  expect(misfitText("t", problems)).toContain("- p9\n- and 2 more\n");
});
