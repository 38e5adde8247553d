import { expect, test } from "vitest";
import { extensionIndex, healthy, readme, saidOf } from "./healthy.fixture.ts";
import { limitsText } from "./limits-note.ts";
import { staleConfigs } from "./references.ts";
import { egress } from "./rules/egress.ts";
import { faultCodes } from "./rules/fault-codes.ts";
import { fileLengths } from "./rules/file-lengths.ts";
import { fileNames } from "./rules/file-names.ts";
import { limits } from "./rules/limits.ts";
import { manifests } from "./rules/manifests.ts";
import { projectReferences } from "./rules/project-references.ts";
import { readmes } from "./rules/readmes.ts";
import { testForms } from "./rules/test-forms.ts";
import { topLevel } from "./rules/top-level.ts";
import { unfinished } from "./rules/unfinished.ts";
import { versions } from "./rules/versions.ts";
import { words } from "./rules/words.ts";
import { rules } from "./rules.ts";
import { treeOf } from "./tree.ts";

const alpha = "packages/extensions/alpha";
const beta = "packages/extensions/beta";

test("a healthy tree breaks no rule", () => {
  expect(rules.flatMap((rule) => saidOf(rule, {}))).toEqual([]);
});

test("each rule has a name of its own", () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});

test("a manifest that does not match its folder or its package is told how to", () => {
  const index = `${beta}/src/index.ts`;
  expect(saidOf(manifests, { [index]: extensionIndex("other", "standard", ["alpha"]) })).toEqual([
    `${index} has the id "other": an extension's id is its folder's name, "beta"`,
  ]);
  expect(saidOf(manifests, { [index]: "export {};\n" })).toEqual([expect.stringContaining("declares no manifest")]);
  expect(saidOf(manifests, { [index]: extensionIndex("beta", "standard", []).replace("export default", "export const beta =") })).toEqual([
    `${index} has no default export: host-bin imports an extension by it`,
  ]);
  expect(saidOf(manifests, { [index]: extensionIndex("beta", "standard", ["gamma"]) })).toEqual([
    `${index} depends on "gamma", which is no extension: correct the id`,
  ]);
  expect(saidOf(manifests, { [`${alpha}/src/index.ts`]: extensionIndex("alpha", "core", ["beta"]) })).toEqual([
    `${alpha}/src/index.ts depends on "beta": add "@dispatch/beta": "workspace:*" to dependencies of ${alpha}/package.json`,
  ]);
});

test("doors are the root, the contract where there is one, and a fixture", () => {
  expect(saidOf(manifests, { [`${alpha}/src/contract.ts`]: undefined })).toEqual([
    expect.stringContaining('exports "./contract" exactly when'),
  ]);
  expect(saidOf(manifests, { [`${beta}/src/contract.ts`]: "" })).toEqual([expect.stringContaining('exports "./contract" exactly when')]);
  const otherDoor = (healthy[`${beta}/package.json`] ?? "").replace('".":', '"./heart":"./src/heart.ts",".":');
  expect(saidOf(manifests, { [`${beta}/package.json`]: otherDoor })).toEqual([expect.stringContaining("opens other doors")]);
  const openFixture = (healthy[`${alpha}/package.json`] ?? "").replace("desk.fixture.ts", "desk.ts");
  expect(saidOf(manifests, { [`${alpha}/package.json`]: openFixture })).toEqual([expect.stringContaining("opens other doors")]);
});

test("a package is named as its folder", () => {
  const renamed = (healthy["packages/libs/paint/package.json"] ?? "").replace("@dispatch/paint", "@dispatch/colour");
  expect(saidOf(manifests, { "packages/libs/paint/package.json": renamed })).toEqual([
    'packages/libs/paint/package.json is named "@dispatch/colour": name it "@dispatch/paint"',
  ]);
});

test("references that differ from the dependencies are told how to be written", () => {
  const stale = (path: string) =>
    `${path} does not reference what its package depends on: run sh bin/bun packages/tidy/src/sync-references.ts`;
  const config = `${beta}/tsconfig.json`;
  expect(saidOf(projectReferences, { [config]: '{"extends":"../../../tsconfig.base.json"}' })).toEqual([stale(config)]);
  expect(saidOf(projectReferences, { [config]: undefined })).toEqual([stale(config)]);
  expect(saidOf(projectReferences, { "tsconfig.json": '{"files":[]}', "tsconfig.tests.json": "{}" })).toEqual([
    stale("tsconfig.json"),
    stale("tsconfig.tests.json"),
  ]);
  const kernel = "packages/kernel/tsconfig.json";
  expect(saidOf(projectReferences, { [kernel]: (healthy[kernel] ?? "").replace('"types":[]', '"types":["bun"]') })).toEqual([
    expect.stringContaining("lets the platform in"),
  ]);
});

test("a version that is not exact, or stands outside the catalog, is told where to go", () => {
  const root = healthy["package.json"] ?? "";
  expect(saidOf(versions, { "package.json": root.replace("4.6.7", "^4.6.7") })).toEqual([
    'package.json: the catalog holds zod at "^4.6.7"; pin one exact version',
  ]);
  expect(saidOf(versions, { "package.json": root.replace("bun@1.4.5", "bun@latest") })).toEqual([
    expect.stringContaining("packageManager"),
  ]);
  expect(saidOf(versions, { "package.json": root.replace('"hono":"4.0.0-rc.1"', '"chalk":"1.0.0"') })).toEqual([
    "packages/libs/paint/package.json uses hono, which the catalog lacks: add its exact version to the root package.json",
    "package.json: nothing uses chalk; take it out of the catalog",
  ]);
  const path = `${alpha}/package.json`;
  expect(saidOf(versions, { [path]: (healthy[path] ?? "").replace('"catalog:"', '"4.6.7"') })).toEqual([
    `${path} has zod at "4.6.7": write "catalog:"`,
  ]);
  expect(saidOf(versions, { [path]: (healthy[path] ?? "").replace('"workspace:*"', '"^1.0.0"') })).toEqual([
    `${path} has @dispatch/kernel at "^1.0.0": write "workspace:*"`,
  ]);
});

test("a README that is missing, silent, without a section or too long is told what it lacks", () => {
  const path = `${beta}/README.md`;
  expect(saidOf(readmes, { [path]: undefined })).toEqual([expect.stringContaining(`${path} is missing: write`)]);
  expect(saidOf(readmes, { [path]: readme("beta").replace("## Limits\n", "") })).toEqual([
    `${path} lacks "## Limits": "None." is an answer`,
  ]);
  expect(saidOf(readmes, { [path]: readme("beta").replace("## Limits\n", "").replace("## Gives\n", "") })).toEqual([
    `${path} lacks "## Gives", "## Limits": "None." is an answer`,
  ]);
  expect(saidOf(readmes, { [path]: readme("beta").replace("Is what it is.\n", "") })).toEqual([expect.stringContaining("what it is")]);
  expect(saidOf(readmes, { [path]: readme("beta", ..."x".repeat(90)) })).toEqual([
    `${path} has 99 lines: cut it to 80; what is longer belongs in notes/`,
  ]);
  expect(saidOf(readmes, { "packages/libs/paint/README.md": "# paint\n\nPaints.\n" })).toEqual([]);
});

test("a fault's code has an owner that exists and stands in its README", () => {
  const path = `${beta}/src/faults.ts`;
  const raising = (code: string) => ({ [path]: `export const x = () =>\n  fault(\n    "invalid",\n    "${code}",\n    "…",\n  );\n` });
  expect(saidOf(faultCodes, raising("gamma/what"))).toEqual([
    `${path} raises "gamma/what": nobody is called "gamma"; begin the code with the extension's own id`,
  ]);
  expect(saidOf(faultCodes, raising("beta/what"))).toEqual([
    `${path} raises "beta/what": add it to the table of faults in ${beta}/README.md`,
  ]);
  expect(saidOf(faultCodes, { ...raising("beta/what"), [`${beta}/README.md`]: readme("beta", "| `beta/what` |") })).toEqual([]);
  expect(saidOf(faultCodes, { [path]: 'export class X extends Fault {\n  readonly code = "gamma/what";\n}\n' })).toHaveLength(1);
  expect(saidOf(faultCodes, raising("store/conflict"))).toEqual([]);
});

test("an exported name with a refused word is told the right one", () => {
  const path = `${beta}/src/heart.ts`;
  expect(
    saidOf(words, { [path]: "export interface OpenSessions {}\nexport async function closeThread() {}\nexport class EventBus {}\n" }),
  ).toEqual([
    `${path} exports OpenSessions: GLOSSARY.md refuses "session"; the word is "conversation"`,
    `${path} exports closeThread: GLOSSARY.md refuses "thread"; the word is "conversation"`,
    `${path} exports EventBus: GLOSSARY.md refuses "event bus"; the word is "hook"`,
  ]);
  expect(saidOf(words, { [path]: "export const chatPart = 1;\nconst session = 1;\nexport const obsession = session;\n" })).toEqual([]);
});

test("a file is named by what it holds", () => {
  expect(saidOf(fileNames, { [`${beta}/src/string-utils.ts`]: "" })).toEqual([expect.stringContaining('"utils" says nothing')]);
  expect(saidOf(fileNames, { [`${beta}/src/helpers/paint.ts`]: "" })).toEqual([
    expect.stringContaining(`${beta}/src/helpers: "helpers" says nothing`),
  ]);
  expect(saidOf(fileNames, { [`${beta}/src/fileReader.ts`]: "" })).toEqual([expect.stringContaining("kebab-case")]);
});

test("a file, the kernel and AGENTS.md keep to their lengths", () => {
  const lines = (count: number) => "x;\n".repeat(count);
  expect(saidOf(fileLengths, { [`${beta}/src/heart.ts`]: lines(300), [`${beta}/src/heart.test.ts`]: lines(900) })).toEqual([]);
  expect(saidOf(fileLengths, { [`${beta}/src/heart.ts`]: lines(301) })).toEqual([expect.stringContaining("301 lines of at most 300")]);
  const kernel = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`packages/kernel/src/part-${n}.ts`, lines(250)]));
  expect(saidOf(fileLengths, kernel)).toEqual([expect.stringContaining("packages/kernel has 2251 lines of code")]);
  expect(saidOf(fileLengths, { "AGENTS.md": lines(151) })).toEqual([expect.stringContaining("AGENTS.md has 151 lines")]);
});

test("a test that mocks, or silences tests, is told what to do", () => {
  const path = `${beta}/src/heart.test.ts`;
  for (const form of ["vi.|mock(", "vi.|spyOn(", "test.|only(", "describe.|skip(", "it.|todo("])
    expect(saidOf(testForms, { [path]: `${form.replace("|", "")}"x")\n` })).toHaveLength(1);
  expect(saidOf(testForms, { [path]: "test.skipIf(true)('x', () => {})\n" })).toEqual([]);
});

test("a mark that leaves something undone is told where to go", () => {
  const mark = ["TO", "DO"].join("");
  expect(saidOf(unfinished, { [`${beta}/src/heart.ts`]: `// one\n// ${mark}: paint\n` })).toEqual([
    `${beta}/src/heart.ts:2 leaves something undone: do it, or write it into tasks.md and delete the mark`,
  ]);
  for (const text of [
    `/** ${mark} paint */`,
    `const x = 1; // ${mark}`,
    ` * ${mark}(me) paint`,
    `x(); /* later ${mark}: paint */`,
    `<!-- ${mark} -->`,
  ])
    expect(saidOf(unfinished, { [`${beta}/notes.md`]: text }), text).toHaveLength(1);
  for (const text of [`export const ${mark}S = "todo";`, `Search for "${mark}" in src`])
    expect(saidOf(unfinished, { [`${beta}/notes.md`]: `// ${text}\n` }), text).toEqual([]);
});

test("the root holds nothing that nobody looks for", () => {
  expect(saidOf(topLevel, { "HANDOFF.md": "", "tasks.md": undefined })).toEqual([
    "HANDOFF.md does not belong in the root: put it into a package, notes/ or bin/, or ignore it",
    "tasks.md is missing: people and tools look for it there",
  ]);
});

test("what sync-references writes is what the rule wants, and keeps the rest of the file", () => {
  const config = `${beta}/tsconfig.json`;
  const tree = treeOf({
    ...healthy,
    [config]: '{"extends":"x","compilerOptions":{"types":[]},"references":[{"path":"../../libs/paint"}]}',
  });
  const written = staleConfigs(tree);
  expect([...written.keys()]).toEqual([config]);
  expect(JSON.parse(written.get(config) ?? "")).toEqual({
    extends: "x",
    compilerOptions: { types: [] },
    references: [{ path: "../alpha" }, { path: "../../kernel" }, { path: "../../libs/paint" }],
  });
  expect(staleConfigs(treeOf({ ...healthy, ...Object.fromEntries(written) })).size).toBe(0);
});

test("a file that does not parse is named", () => {
  expect(() => saidOf(words, { [`${beta}/src/heart.ts`]: "const = 1;" })).toThrow(`${beta}/src/heart.ts does not parse`);
});

test("a connection that is opened anywhere but in the known files is told about, however it is opened", () => {
  const file = `${beta}/src/heart.ts`;
  const told = [expect.stringMatching(/opens a connection: where a model may choose the address, ask @dispatch\/egress-guard/)];
  for (const text of [
    "export const x = await fetch(url);",
    "export const x = globalThis.fetch;",
    'export const x = new WebSocket("ws://a");',
    "export const x = await Bun.connect({});",
    'import { connect } from "node:net";\nconnect();',
    'import { request } from "node:https";\nrequest();',
    'import axios from "axios";\naxios();',
  ])
    expect(saidOf(egress, { [file]: `${text}\n` }), text).toEqual(told);
  for (const text of [
    "// fetch(url)\nexport const x = 1;",
    "export const x = pages.fetch(url);",
    "const fetch = () => 1;\nexport const x = fetch();",
    "export const x = { fetch(request) { return request; } };",
    'import { isIP } from "node:net";\nexport const x = isIP;',
    'import type { Socket } from "node:tls";\nexport type X = Socket;',
  ])
    expect(saidOf(egress, { [file]: `${text}\n` }), text).toEqual([]);
});

test("a limit is listed with the test that names it, and without one it is told", () => {
  const source = `${beta}/src/heart.ts`;
  const sources = {
    ...healthy,
    [source]: "const beatsMax = 2 * 1_024;\nexport const sizeBytesMax: number = 2 ** 4 - 1;\nexport const heart = beatsMax;\n",
  };
  const reaching = {
    ...sources,
    [`${beta}/src/heart.test.ts`]:
      'import { test } from "vitest";\n// Reaches beatsMax.\ntest("a heart stops", () => {});\ntest("a size is cut", () => sizeBytesMax);\n',
  };
  const text = limitsText(treeOf(reaching));
  expect(text).toContain("| `beatsMax` | 2,048 beats | heart.ts | a heart stops | heart.test.ts |");
  expect(text).toContain("| `sizeBytesMax` | 15 bytes | heart.ts | a size is cut | heart.test.ts |");
  expect(limits.broken(treeOf({ ...reaching, "notes/limits.md": text }))).toEqual([]);
  const unreached = [
    expect.stringMatching(/heart\.ts beatsMax has no test that reaches it/),
    expect.stringMatching(/heart\.ts sizeBytesMax has no test that reaches it/),
  ];
  const stale = expect.stringMatching(/is stale: run sh bin\/bun packages\/tidy\/src\/write-limits\.ts/);
  expect(limits.broken(treeOf({ ...sources, "notes/limits.md": text }))).toEqual([...unreached, stale]);
  expect(limits.broken(treeOf({ ...sources, "notes/limits.md": limitsText(treeOf(sources)) }))).toEqual(unreached);
});

test("of two limits of one name in a package a test says which it reaches", () => {
  const files = {
    ...healthy,
    [`${beta}/src/heart.ts`]: "const depthMax = 2;\nexport const heart = depthMax;\n",
    [`${beta}/src/lung.ts`]: "const depthMax = 3;\nexport const lung = depthMax;\n",
    [`${beta}/src/heart.test.ts`]: '// Reaches depthMax of lung.ts.\ntest("a breath ends", () => {});\n',
  };
  const text = limitsText(treeOf(files));
  expect(text).toContain("| `depthMax` | 3 depth | lung.ts | a breath ends | heart.test.ts |");
  expect(text).toContain("- `extensions/beta/src/heart.ts depthMax`: 2 depth");
});
