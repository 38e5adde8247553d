import { expect, test } from "vitest";
import { type Plan, understand } from "./understand.ts";

const requests: readonly (readonly [string, Plan])[] = [
  ["List the files here", { kind: "list", path: "." }],
  ["list files", { kind: "list", path: "." }],
  ["Please list all the files in this folder.", { kind: "list", path: "." }],
  ["list files in src", { kind: "list", path: "src" }],
  ["show me the contents of packages/kernel.", { kind: "list", path: "packages/kernel" }],
  ["What is in this folder?", { kind: "list", path: "." }],
  ["ls", { kind: "list", path: "." }],
  ["ls src", { kind: "list", path: "src" }],
  ["read README.md", { kind: "read", path: "README.md" }],
  ["Read README.md.", { kind: "read", path: "README.md" }],
  ["show me package.json", { kind: "read", path: "package.json" }],
  ["open the file 'my notes.txt'", { kind: "read", path: "my notes.txt" }],
  ["search for foo in src", { kind: "search", pattern: "foo", path: "src" }],
  ['grep "two words"', { kind: "search", pattern: "two words" }],
  ["find *.ts", { kind: "find", pattern: "*.ts" }],
  ["find all files named notes", { kind: "find", pattern: "notes" }],
  ['replace "a b" with "c" in file.txt', { kind: "edit", path: "file.txt", old: "a b", new: "c" }],
  ["change x to y in src/a.ts.", { kind: "edit", path: "src/a.ts", old: "x", new: "y" }],
  ['write "hello there" to new.txt', { kind: "write", path: "new.txt", content: "hello there" }],
  ['create hello.txt with "hi"', { kind: "write", path: "hello.txt", content: "hi" }],
  ["run `ls -la`", { kind: "run", command: "ls -la" }],
  ["RUN ls -la | wc -l", { kind: "run", command: "ls -la | wc -l" }],
  ["execute the command date", { kind: "run", command: "date" }],
  ["", { kind: "unknown" }],
  ["What is the meaning of life?", { kind: "unknown" }],
];

test.each(requests)("%j is understood", (text, plan) => {
  expect(understand(text)).toEqual(plan);
});

test("no text makes a pattern search for ever", () => {
  const adversaries = [
    "a".repeat(1_000_000),
    "list ".repeat(400),
    `replace ${'"'.repeat(1_900)}`,
    `replace ${"x ".repeat(900)}in`,
    `show ${"the ".repeat(480)}`,
    `search ${" ".repeat(1_900)}x`,
    `run ${"`".repeat(1_900)}`,
  ];
  expect(adversaries.map((text) => understand(text).kind)).toEqual([
    "unknown",
    "unknown",
    "unknown",
    "unknown",
    "unknown",
    "search",
    "run",
  ]);
});

// Reaches requestCharsMax of understand.ts.
test("a request of more than two thousand characters is none of the few that are understood", () => {
  const run = (chars: number) => understand(`run ${"x".repeat(chars - 4)}`).kind;
  expect([run(2_000), run(2_001)]).toEqual(["run", "unknown"]);
});
