import fc from "fast-check";
import { expect, test } from "vitest";
import { compileGlob } from "./glob.ts";

// Sets that begin with `!` are left out: Bun lets them match a slash. The rules of `.gitignore`, which share the code, are held against git.
test("it agrees with the matcher that Bun has built in", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 4 }).filter((text) => !/^\.+$/.test(text));
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("a", "b", ".", "*", "?", "[ab]") },
    { weight: 1, arbitrary: fc.constantFrom("{a,b}", "{ab,a?}") },
  );
  const segment = fc.oneof(
    { weight: 1, arbitrary: fc.constant("**") },
    {
      weight: 4,
      arbitrary: fc
        .array(piece, { minLength: 1, maxLength: 3 })
        .map((pieces) => pieces.join(""))
        .filter((text) => !text.includes("**") && !/^\.+$/.test(text)),
    },
  );
  const pattern = fc
    .array(segment, { minLength: 2, maxLength: 4 })
    .filter((names) => names.every((text, at) => text !== "**" || (names[at + 1] !== "**" && at < names.length - 1)))
    .map((names) => names.join("/"))
    .filter((text) => text.split("{").length <= 7); // 64 alternatives are the bound.
  fc.assert(
    fc.property(pattern, fc.array(name, { minLength: 1, maxLength: 4 }), (glob, names) => {
      const path = names.join("/");
      expect([glob, path, fits(glob, names)]).toEqual([glob, path, new Bun.Glob(glob).match(path)]);
    }),
    { numRuns: 5_000 },
  );
});

function fits(pattern: string, names: readonly string[]): boolean | string {
  const compiled = compileGlob(pattern);
  return "glob" in compiled ? compiled.glob(names) : compiled.problem;
}
