import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeProject, openLanguageDesk } from "./language.fixture.ts";
import { uriOf } from "./uris.ts";

/** A project whose server answers as it is told. */
async function open(files: { readonly [path: string]: string } = {}) {
  const desk = await openLanguageDesk({ ...fakeProject("as-told"), ...files }, { trusted: true });
  return {
    uri: (path: string) => uriOf(join(desk.root, path)),
    async ask(action: string, method: string, answer: unknown): Promise<string> {
      await desk.put("answers.json", JSON.stringify({ [`textDocument/${method}`]: answer }));
      return (await desk.ask({ action, path: "a.txt", symbol: "one", ...(action === "rename_preview" && { newName: "x" }) })).text;
    },
  };
}
const rangeOf = (line: number, from = 0, to = from) => ({ start: { line, character: from }, end: { line, character: to } });
const linesOf = (text: string) => text.split("\n");

// Reaches hoverCharsMax.
test("what is said of a name is told as far as anybody reads it", async () => {
  const { ask } = await open();
  expect(await ask("hover", "hover", { contents: "x".repeat(8_000) })).toBe("x".repeat(8_000));
  expect(await ask("hover", "hover", { contents: "x".repeat(8_001) })).toBe(`${"x".repeat(8_000)}\n… (the rest is left out)`);
});

// Reaches placesMax, lineCharsMax.
test("of many uses the first hundred are told, each with the beginning of its line", async () => {
  const { ask, uri } = await open({ "a.txt": `one${"x".repeat(300)}\n` });
  const places = (count: number) => Array.from({ length: count }, () => ({ uri: uri("a.txt"), range: rangeOf(0) }));
  const line = `a.txt:1:1  one${"x".repeat(197)}`;
  expect(linesOf(await ask("references", "references", places(100)))).toEqual(Array(100).fill(line));
  expect(linesOf(await ask("references", "references", places(103)))).toEqual([...Array(100).fill(line), "… and 3 more"]);
});

// Reaches symbolsMax, depthMax of list-symbols.ts, nameCharsMax, detailCharsMax.
test("an outline is as long, as wide and as deep as helps", async () => {
  const { ask } = await open();
  const symbol = (name: string, more: object = {}) => ({ name, kind: 13, range: rangeOf(0), ...more });
  const many = (count: number) => Array.from({ length: count }, () => symbol("a"));
  expect(linesOf(await ask("symbols", "documentSymbol", many(200)))).toHaveLength(200);
  expect(linesOf(await ask("symbols", "documentSymbol", many(203))).slice(199)).toEqual([
    "variable a  1",
    "… and 3 more; ask for a part of a name with query",
  ]);
  const nested = (levels: number): object => symbol(`l${levels}`, levels === 0 ? {} : { children: [nested(levels - 1)] });
  expect(linesOf(await ask("symbols", "documentSymbol", [nested(9)])).map((line) => line.trim().split(" ")[1])).toEqual([
    "l9",
    "l8",
    "l7",
    "l6",
    "l5",
    "l4",
    "l3",
  ]);
  const wide = symbol("n".repeat(201), { detail: "d".repeat(121) });
  expect(await ask("symbols", "documentSymbol", [wide])).toBe(`variable ${"n".repeat(200)} ${"d".repeat(120)}  1`);
});

// Reaches filesMax of preview-rename.ts.
test("of a renaming fifty files are shown, and how many more there are", async () => {
  const { ask } = await open();
  const changes = (count: number) => ({
    changes: Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`file:///far/${String(n).padStart(2, "0")}`, [{ range: rangeOf(0), newText: "x" }]]),
    ),
  });
  expect(await ask("rename_preview", "rename", changes(50))).not.toContain("more files");
  const told = await ask("rename_preview", "rename", changes(52));
  expect(told).toContain("… and 2 more files");
  expect([told.includes("/far/49"), told.includes("/far/50")]).toEqual([true, false]);
});

// Reaches changedLinesMax.
test("a file in which more than a thousand lines come or go is told of without a diff", async () => {
  const { ask, uri } = await open({ "a.txt": `one\n${"two\n".repeat(600)}` });
  const edits = (count: number) => ({
    changes: { [uri("a.txt")]: Array.from({ length: count }, (_, n) => ({ range: rangeOf(n, 0, 3), newText: `${n}` })) },
  });
  expect(await ask("rename_preview", "rename", edits(500))).toContain("+499\n");
  expect(await ask("rename_preview", "rename", edits(501))).toContain("a.txt: 501 changes, too many for a diff.");
});

// Reaches diffCharsMax of preview-rename.ts.
test("a diff that is longer than a model reads is left out and said to be", async () => {
  const { ask, uri } = await open({ "a.txt": `one\n${`${"y".repeat(100)}\n`.repeat(400)}` });
  const edits = (count: number) => ({
    changes: { [uri("a.txt")]: Array.from({ length: count }, (_, n) => ({ range: rangeOf(n + 1, 0, 1), newText: "z" })) },
  });
  expect(await ask("rename_preview", "rename", edits(280))).toContain(`+z${"y".repeat(99)}\n`);
  expect(await ask("rename_preview", "rename", edits(300))).toContain("a.txt: 300 changes, left out because the diff is long.");
});

// Reaches filesShownMax, problemsAFileMax.
test("of many files with problems twenty are told, and of each fifty problems", async () => {
  const bad = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`b${n}.txt`, "bad\n"]));
  const desk = await openLanguageDesk({ ...fakeProject(), ...bad, "a.txt": "bad\n".repeat(53) }, { trusted: true });
  const { text } = await desk.ask({ action: "diagnostics", path: "a.txt" });
  expect([linesOf(text).length, linesOf(text)[0], linesOf(text).at(-1)]).toEqual([52, "a.txt: 53 errors", "… and 3 more"]);
  for (const path of Object.keys(bad)) await desk.ask({ action: "diagnostics", path });
  const all = linesOf((await desk.ask({ action: "diagnostics" })).text);
  expect(all.filter((line) => /^\w+\.txt: /.test(line))).toHaveLength(20);
  expect(all.at(-1)).toBe("… and problems in 2 more files");
});
