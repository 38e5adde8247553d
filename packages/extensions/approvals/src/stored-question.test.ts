import { expect, test } from "vitest";
import { diffCharsMax, storedQuestion } from "./stored-question.ts";

const asked = { conversationId: "c", turnId: "t", toolCallId: "1", tool: "note", input: {}, scopes: ["once"] } as const;
const stored = (text: string) =>
  storedQuestion({ ...asked, why: text, rule: text, diff: text, grants: text }, { askedAt: 0, timeoutMs: 1 }, "q", "f").approval;

// Reaches diffCharsMax, sentenceCharsMax.
test("a sentence or a diff that is too long is cut and says by how much", () => {
  const fits = "x".repeat(1_000);
  expect(stored(fits)).toMatchObject({ why: fits, rule: fits, grants: fits, diff: fits });
  const cut = `${fits}… [1 more characters are not shown]`;
  expect(stored(`${fits}y`)).toMatchObject({ why: cut, rule: cut, grants: cut, diff: `${fits}y` });
  expect(stored("x".repeat(diffCharsMax)).diff).toHaveLength(32_000);
  expect(stored("x".repeat(diffCharsMax + 7)).diff).toBe(`${"x".repeat(32_000)}… [7 more characters are not shown]`);
});
