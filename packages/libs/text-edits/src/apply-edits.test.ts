import { expect, test } from "vitest";
import { applyEdits } from "./apply-edits.ts";

const code = `function add(a, b) {
  return a + b;
}

function sub(a, b) {
  return a - b;
}
`;

test("edits apply in order, each to what the ones before it left", () => {
  expect(
    applyEdits("one", [
      { old: "one", new: "two" },
      { old: "two", new: "three" },
    ]),
  ).toEqual({ text: "three", replacements: 2 });
});

test("when one cannot be applied, none is, and the reason says which", () => {
  expect(
    applyEdits("one", [
      { old: "one", new: "two" },
      { old: "one", new: "x" },
    ]),
  ).toEqual({ problem: expect.stringMatching(/^`old` of edit 2 was not found[\s\S]*No edit was made\.$/) });
});

// Reaches linesNamedMax.
test("several matches are counted and their lines named", () => {
  expect(applyEdits(code, [{ old: "(a, b) {", new: "x" }])).toEqual({
    problem: "`old` was found 2 times, on lines 1, 5. Add lines around it until it is unique, or set replaceAll to change every one.",
  });
  expect(applyEdits("x\n".repeat(30), [{ old: "x", new: "y" }])).toEqual({ problem: expect.stringContaining("19, 20 and 10 more.") });
});

test("what is not found is answered with the closest lines", () => {
  expect(applyEdits(code, [{ old: "function subtract(a, b) {\n  return a - b;", new: "x" }])).toEqual({
    problem: [
      "`old` was not found. The closest lines are:",
      "5\tfunction sub(a, b) {",
      "6\t  return a - b;",
      "Copy the text exactly, without number and tab.",
    ].join("\n"),
  });
});

test("a difference in spaces alone is called that", () => {
  const { problem } = applyEdits(code, [{ old: "\treturn a - b;", new: "x" }]) as { problem: string };
  expect(problem).toContain("6\t  return a - b;");
  expect(problem).toContain("They differ in spaces or tabs alone.");
});

test("line numbers that were copied along are recognised", () => {
  expect(applyEdits(code, [{ old: "5\tfunction sub(a, b) {\n6\t  return a - b;", new: "x" }])).toEqual({
    problem: expect.stringContaining("leave number and tab out"),
  });
});

test("what is like nothing in the file gets no guess", () => {
  expect(applyEdits(code, [{ old: "zzzzzz", new: "x" }])).toEqual({ problem: expect.stringContaining("nor anything like it") });
});

test("an empty `old`, and an edit that changes nothing, are refused", () => {
  expect(applyEdits("a", [{ old: "", new: "x" }])).toEqual({ problem: expect.stringContaining("is empty") });
  expect(applyEdits("a", [{ old: "a", new: "a" }])).toEqual({ problem: expect.stringContaining("are the same") });
  expect(applyEdits("a\nb", [{ old: "a\nb", new: "a\r\nb" }])).toEqual({ problem: expect.stringContaining("are the same") });
  expect(applyEdits("a", [{ old: "a", new: "\udc00" }])).toEqual({ problem: expect.stringContaining("half of a character") });
  expect(
    applyEdits("a", [
      { old: "a", new: "b" },
      { old: "b", new: "a" },
    ]),
  ).toEqual({ problem: expect.stringContaining("leave the file as it is") });
});

test("the closest lines of a huge file are found in bounded time", () => {
  const huge = Array.from({ length: 200_000 }, (_, i) => `  const value${i} = compute(${i}, "some text");`).join("\n");
  const { problem } = applyEdits(huge, [{ old: "  const value777 = computed(777);", new: "x" }]) as { problem: string };
  expect(problem).toContain("778\t");
});

// Reaches resultCharsMax.
test("a text that would grow beyond measure is refused before it is made", () => {
  expect(applyEdits("x".repeat(200_000), [{ old: "x", new: "y".repeat(1_000), replaceAll: true }])).toEqual({
    problem: expect.stringContaining("more than 10,485,760 characters"),
  });
});

test("long rows of spaces and empty lines cost no more than other text", { timeout: 5_000 }, () => {
  const blanks = [`a${" ".repeat(1_000_000)}b`, `a${"\n".repeat(1_000_000)}b`, `${"\n".repeat(1_000_000)}b`, `${" \n".repeat(500_000)}`];
  for (const old of blanks) expect(applyEdits(code, [{ old, new: "x" }])).toHaveProperty("problem");
});
