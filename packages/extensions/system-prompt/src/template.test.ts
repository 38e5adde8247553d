import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf, parseTemplate, promptCharsMax, renderTemplate, tokensOf, variablesOf } from "./template.ts";

const values = new Map([
  ["prompt:cwd", "/work"],
  ["git:branch", "main"],
  ["a:empty", ""],
  ["a:tags", "[git:branch] [if x:y]no[endif] ]"],
  ["file:my notes.txt", "notes"],
]);
const render = (template: string, of: ReadonlyMap<string, string> = values) => renderTemplate(parseTemplate(template), of);

test.each([
  ["a value is inserted", "in [prompt:cwd] on [git:branch]", "in /work on main"],
  ["what is missing or unknown inserts nothing", "a[git:status]b[no:such]c", "abc"],
  ["white space just inside the brackets does not count", "[ \n git:branch\t ][ if\n git:branch ]y[ else ]n[ endif ]", "mainy"],
  ["a name goes to the first bracket that closes, spaces and all", "[file:my notes.txt]", "notes"],
  ["a name may hold what looks like a beginning", "[a:[git:branch]]", "]"],
  ["a name does not begin behind white space", "[git: branch]", ""],
  ["a condition holds when the variable exists", "[if git:branch]yes[else]no[endif]", "yes"],
  ["a condition without another side", "a[if git:status]yes[endif]b", "ab"],
  ["the other side", "[if git:status]yes[else]no[endif]", "no"],
  ["an empty value exists", "[if a:empty]yes[else]no[endif]", "yes"],
  ["negation", "[if !git:status]yes[else]no[endif][if !git:branch]yes[else]no[endif]", "yesno"],
  ["nesting", "[if git:branch]1[if git:status]2[else]3[if !no:x]4[endif][endif]5[else]6[endif]7", "13457"],
  ["an else belongs to the innermost that is open", "[if git:status][if git:branch]1[else]2[endif][else]3[endif]", "3"],
  ["an inserted value is not read again", "[a:tags]", "[git:branch] [if x:y]no[endif] ]"],
  ["a lone bracket is text", "a [ b ] [git:branch", "a [ b ] [git:branch"],
  [
    "a pair that is no tag is text",
    "[x] [] [ ] [if] [if x] [git:] [git: ] [a-b:c] [1]: [^2]",
    "[x] [] [ ] [if] [if x] [git:] [git: ] [a-b:c] [1]: [^2]",
  ],
  ["a lone bracket hides no tag behind it", "[ [git:branch]", "[ main"],
  ["if may be a type", "[if:x]-[if if:x]y[endif]", "-"],
  ["a stray else or endif is text", "a[else]b[ endif ]c", "a[else]b[ endif ]c"],
  ["a second else is text", "[if git:branch]1[else]2[else]3[endif]|[if no:x]1[else]2[else]3[endif]", "1|2[else]3"],
  [
    "an if that is never closed is text, and so is its else; what is in it still renders",
    "[if git:branch]a[git:branch][else]b",
    "[if git:branch]amain[else]b",
  ],
  ["an endif closes the innermost, and an outer one stays open", "[if git:status]a[if git:branch]b[endif]", "[if git:status]ab"],
  ["nothing", "", ""],
])("%s", (_, template, expected) => {
  expect(render(template)).toBe(expected);
});

test("the variables of a template are named once, also those of sides that are not taken", () => {
  expect(variablesOf(parseTemplate("[git:branch][if !git:branch][file:a b][else][git:branch][endif][if never:closed]")).map(keyOf)).toEqual(
    ["git:branch", "file:a b"],
  );
});

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom("[", "]", "if ", "!", "[else]", "[endif]", "[if a:b]", "[if !a:b]", "[a:b]", "[c:d]", ":", " ", "\n"),
      fc.string(),
    ),
    {
      maxLength: 60,
    },
  )
  .map((pieces) => pieces.join(""));

test("the tokens of any text are the text", () => {
  fc.assert(fc.property(soup, (text) => Array.from(tokensOf(text), (token) => token.text).join("") === text));
});

test("text without a tag is itself", () => {
  fc.assert(
    fc.property(
      fc.string().map((text) => text.replaceAll("]", ")")),
      (text) => render(text) === text,
    ),
  );
});

/** A template as a tree, with the text it is written as and what it must become. */
interface Written {
  readonly source: string;
  expected(of: ReadonlyMap<string, string>): string;
}
const space = fc.constantFrom("", " ", "\n", "\t ");
const variable = fc.constantFrom("a:b", "c:d", "e:with a space", "none:x");
const { written } = fc.letrec<{ one: Written; written: Written }>((tie) => ({
  one: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc
      .string()
      .map((text) => text.replaceAll(/[[\]]/g, ""))
      .map((text): Written => ({ source: text, expected: () => text })),
    fc
      .tuple(space, variable, space)
      .map(([a, name, b]): Written => ({ source: `[${a}${name}${b}]`, expected: (of) => of.get(name) ?? "" })),
    fc.tuple(space, fc.boolean(), variable, tie("written"), fc.option(tie("written"), { nil: undefined })).map(
      ([gap, negated, name, yes, no]): Written => ({
        source: `[${gap}if ${negated ? "!" : ""}${name}${gap}]${yes.source}${no === undefined ? "" : `[${gap}else${gap}]${no.source}`}[${gap}endif${gap}]`,
        expected: (of) => (of.has(name) !== negated ? yes.expected(of) : (no?.expected(of) ?? "")),
      }),
    ),
  ),
  written: fc.array(tie("one"), { maxLength: 4 }).map(
    (parts): Written => ({
      source: parts.map(({ source }) => source).join(""),
      expected: (of) => parts.map((part) => part.expected(of)).join(""),
    }),
  ),
}));
const someValues = fc.dictionary(variable, fc.oneof(fc.string(), soup)).map((entries) => new Map(Object.entries(entries)));

test("a well-formed template of any depth renders as its tree says, whatever its values hold", () => {
  fc.assert(
    fc.property(written, someValues, (template, of) => {
      expect(render(template.source, of)).toBe(template.expected(of));
    }),
  );
});

test("whatever is written, rendering ends, and a well-formed part in front is not touched by what follows", () => {
  fc.assert(
    fc.property(written, soup, someValues, (front, rest, of) => {
      expect(render(front.source + rest, of)).toBe(front.expected(of) + render(rest, of));
    }),
  );
});

test("a template of nothing but brackets, or nested without end, costs no more than another", () => {
  expect(render("[a:".repeat(33_000))).toBe("[a:".repeat(33_000));
  expect(render(`${"[".repeat(50_000)}${"]".repeat(50_000)}`)).toHaveLength(100_000);
  expect(render(`${"[if git:branch]".repeat(6_000)}x${"[endif]".repeat(6_000)}`)).toBe("x");
  expect(render("[if git:branch]".repeat(6_000))).toHaveLength(90_000);
});

test("a prompt has an end, however often a value is inserted", () => {
  expect(render("[big:x]".repeat(10_000), new Map([["big:x", "y".repeat(100_000)]]))).toHaveLength(promptCharsMax);
});
