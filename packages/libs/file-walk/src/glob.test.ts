import { expect, test } from "vitest";
import { compileGlob, splitGlob } from "./glob.ts";

function fits(pattern: string, path: string): boolean {
  const compiled = compileGlob(pattern);
  if ("problem" in compiled) throw new Error(compiled.problem);
  return compiled.glob(path.split("/"));
}

test.each([
  ["*.ts", "a.ts", true],
  ["*.ts", "src/deep/a.ts", true],
  ["./*.ts", "a.ts", true],
  ["./*.ts", "src/a.ts", false],
  ["src/*.ts", "src/a.ts", true],
  ["src/*.ts", "src/deep/a.ts", false],
  ["src/**/*.ts", "src/a.ts", true],
  ["src/**/*.ts", "src/x/y/a.ts", true],
  ["**/test/**", "a/test/b/c", true],
  ["**", "a/b", true],
  ["src/", "src/a/b", true],
  ["*.{ts,tsx}", "a.tsx", true],
  ["{src,test}/**/*.{a,b}", "test/x/y.b", true],
  ["{src/{a,b},lib}/x", "src/b/x", true],
  ["a{b}", "a{b}", true],
  ["a{b,c", "a{b,c", true],
  ["\\{a,b}", "{a,b}", true],
  [".github/**", ".github/workflows/ci.yml", true],
  ["*", ".env", true],
  ["app/[id]/page.tsx", "app/[id]/page.tsx", true],
  ["app/(group)/*.tsx", "app/(group)/a.tsx", true],
  ["*.TS", "a.ts", false],
])("%s and %s: %s", (pattern, path, expected) => {
  expect(fits(pattern, path)).toBe(expected);
});

test.each(["", " ", "/etc/*", "../*", "a/../b", "!a", "x".repeat(2_000), "{a,b}".repeat(10)])("%j is refused with a reason", (pattern) => {
  expect(compileGlob(pattern)).toEqual({ problem: expect.stringMatching(/\.$/) });
});

test.each([
  ["*.ts", "", "*.ts"],
  ["./*.ts", "", "./*.ts"],
  ["src/*.ts", "src", "./*.ts"],
  ["./src/deep/**/*.ts", "src/deep", "./**/*.ts"],
  ["src/a.ts", "src", "./a.ts"],
  ["src/", "src", "./"],
  ["a/{b,c}/d", "a", "./{b,c}/d"],
  ["app/[id]/page.tsx", "app", "./[id]/page.tsx"],
  ["a.ts", "", "a.ts"],
])("%s is in the folder %j the pattern %j", (pattern, folder, below) => {
  expect(splitGlob(pattern)).toEqual({ folder, below });
});

test("a folder and the pattern below it find what the whole pattern finds", () => {
  for (const pattern of ["src/*.ts", "src/**/b.ts", "src/", "./src/a.ts", "src/{a,b}.ts"]) {
    const { below } = splitGlob(pattern);
    for (const path of ["a.ts", "b.ts", "x/b.ts", "x/y/a.ts"])
      expect([pattern, fits(below, path)]).toEqual([pattern, fits(pattern, `src/${path}`)]);
  }
});

// Reaches alternativesMax, patternCharsMax.
test("braces stand for 64 patterns at most, and a pattern has a thousand characters at most", () => {
  expect(fits("{a,b}".repeat(6), "ababab")).toBe(true);
  expect(compileGlob("{a,b}".repeat(7))).toEqual({ problem: expect.stringContaining("more than 64 patterns") });
  expect(fits("x".repeat(1_000), "x".repeat(1_000))).toBe(true);
  expect(compileGlob("x".repeat(1_001))).toEqual({ problem: expect.stringContaining("longer than 1000 characters") });
});
