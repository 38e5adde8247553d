import fc from "fast-check";
import { expect, test } from "vitest";
import { summaryCharsMax } from "./skill.ts";
import { parseSingleFile, parseSkillFolder } from "./skill-text.ts";

test("a SKILL.md has name and description in its front matter, and its instructions behind it", () => {
  const text =
    "---\nname: pdf\ndescription: >-\n  Reads and fills\n  PDF forms.\nlicense: MIT\nmetadata: { a: [1] }\n---\n\n# PDF\n\n---\nDo it.\n";
  expect(parseSkillFolder(text, "folder")).toEqual({ name: "pdf", summary: "Reads and fills PDF forms.", body: "# PDF\n\n---\nDo it." });
});

test("lines may end as on Windows, and the folder's name stands in for a missing one", () => {
  expect(parseSkillFolder("---\r\ndescription: Reads.\r\n---\r\nDo it.\r\n", "pdf")).toEqual({
    name: "pdf",
    summary: "Reads.",
    body: "Do it.",
  });
});

test("a description with a colon is taken as it was meant", () => {
  const text = '---\nname: pdf\ndescription: Use when: the "user" has a PDF # or two  \nother: [1, 2]\n---\n';
  expect(parseSkillFolder(text, "f")).toEqual({ name: "pdf", summary: 'Use when: the "user" has a PDF # or two', body: "" });
});

test("a single file says in its first line what it is for, and has --- below it", () => {
  expect(parseSingleFile("How we release.\n---\n1. Tag.\n", "release.md")).toEqual({
    name: "release",
    summary: "How we release.",
    body: "1. Tag.",
  });
  expect(parseSingleFile("How we release.\r\n--- \r\n", "release.md")).toMatchObject({ name: "release", body: "" });
  expect(parseSingleFile("How we release.\n---", "release.md")).toMatchObject({ name: "release", body: "" });
});

const bomb = [
  "a: &a [x,x,x,x,x,x,x,x,x]",
  ..."bcdefghijklm".split("").map((key, i) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghijklm"[i]}`)}]`),
];

test.each([
  ["no front matter", "# PDF", "does not begin with front matter"],
  ["an empty file", "", "does not begin with front matter"],
  ["front matter without an end", "---\nname: pdf\ndescription: x\n", "does not begin with front matter"],
  [
    "front matter whose end lies too far away",
    `---\ndescription: x\nother: ${"x".repeat(20_000)}\n---\n`,
    "does not begin with front matter",
  ],
  ["a bracket that never closes", "---\nname: [pdf\ndescription: x\n---\n", "is no YAML"],
  ["a tab as indentation", "---\na:\n\tb: c\n---\n", "is no YAML"],
  ["aliases without end", `---\n${bomb.join("\n")}\ndescription: x\n---\n`, "is no YAML"],
  ["8,000 brackets", `---\na: ${"[".repeat(8_000)}\n---\n`, "is no YAML"],
  ["a list", "---\n- a\n---\n", "no list of fields"],
  ["two documents", "---\na: 1\n--- b\n---\n", "no list of fields"],
  ["nothing", "---\n---\n", "no list of fields"],
  ["no description", "---\nname: pdf\n---\n", "has no description"],
  ["a description that is none", "---\nname: pdf\ndescription: [a]\n---\n", "has no description"],
  ["a blank description", '---\nname: pdf\ndescription: " "\n---\n', "does not say what it is for"],
  ["a number for a name", "---\nname: 7\ndescription: x\n---\n", "a name in its front matter that is no text"],
  ["a path for a name", "---\nname: ../x\ndescription: x\n---\n", "has a name that cannot be called"],
  ["a name of two lines", '---\nname: "a\\nb"\ndescription: x\n---\n', "has a name that cannot be called"],
])("%s is no skill", (_what, text, problem) => {
  expect(parseSkillFolder(text, "pdf")).toEqual({ problem: expect.stringContaining(problem) });
});

test.each(["", "Summary", "Summary\n\n---\nx", "Summary\n----\nx", "\n---\nx", "---\nname: x\n---\n"])("%j is no single file", (text) => {
  expect(parseSingleFile(text, "a.md")).toEqual({ problem: expect.any(String) });
});

test("a summary is one line of bounded length, whatever the file says", () => {
  const summaryOf = (description: string) => {
    const parsed = parseSkillFolder(`---\ndescription: ${JSON.stringify(description)}\n---\n`, "s");
    return "problem" in parsed ? parsed.problem : parsed.summary;
  };
  expect(summaryOf("a\n- other: fake\r\n\u0007b")).toBe("a - other: fake b");
  const long = summaryOf("😀".repeat(2_000));
  expect([long.length <= summaryCharsMax, long.endsWith("😀…"), long.isWellFormed()]).toEqual([true, true, true]);
});

test("no text at all makes it throw", () => {
  const piece = fc.constantFrom(
    "---",
    "\n",
    "\r\n",
    "name",
    "description",
    ": ",
    "[",
    "{",
    "&a ",
    "*a",
    "!",
    "|",
    "'",
    '"',
    "x",
    "\t",
    "😀",
    "\u0000",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      parseSkillFolder(`---\n${pieces.join("")}\n---\n`, "s");
      parseSingleFile(pieces.join(""), "s.md");
    }),
  );
});

// Reaches frontMatterCharsMax.
test("front matter is read for 16,384 characters, and no further", () => {
  const text = (charsTotal: number) => {
    const [head, tail] = ["---\ndescription: x\nother: ", "\n---\n"];
    return `${head}${"x".repeat(charsTotal - head.length - tail.length)}${tail}Do it.`;
  };
  expect(parseSkillFolder(text(16_384), "pdf")).toEqual({ name: "pdf", summary: "x", body: "Do it." });
  expect(parseSkillFolder(text(16_386), "pdf")).toEqual({ problem: expect.stringContaining("does not begin with front matter") });
});
