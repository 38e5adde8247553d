import { expect, test } from "vitest";
import { extensionIndex, healthy, saidOf } from "./healthy.fixture.ts";
import { importsOf } from "./imports.ts";
import { hostSight } from "./rules/host-sight.ts";
import { importArrows } from "./rules/import-arrows.ts";
import { outsideImports } from "./rules/outside-imports.ts";

const importing = (specifier: string, typeOnly = false) =>
  `import ${typeOnly ? "type " : ""}{ x } from "${specifier}";\nexport const y = x;\n`;
/** What is said of one file that imports one thing. */
const arrow = (path: string, specifier: string, typeOnly = false) => saidOf(importArrows, { [path]: importing(specifier, typeOnly) });
const outside = (path: string, specifier: string, typeOnly = false) => saidOf(outsideImports, { [path]: importing(specifier, typeOnly) });

const wire = "packages/contracts/wire/src/x.ts";
const kernel = "packages/kernel/src/x.ts";
const paint = "packages/libs/paint/src/x.ts";
const alpha = "packages/extensions/alpha/src/x.ts";
const beta = "packages/extensions/beta/src/x.ts";
const hostBin = "packages/host-bin/src/x.ts";
const testkit = "packages/testkit/src/x.ts";

test("imports are read as they are written: values, types, re-exports, in place, over several lines", () => {
  const text = [
    'import type { A } from "a";',
    'import { b, type B } from "b";',
    "import {",
    "  type C,",
    '} from "c";',
    'export type { D } from "d";',
    'export * from "e";',
    'import "f";',
    'const g = await import("g");',
    'type H = import("h").H;',
    'export const notOne = "i";',
    '// import { j } from "j";',
    "const k = 'import(\"k\")';",
    "b(g);",
  ].join("\n");
  expect(importsOf(text).map(({ specifier, typeOnly, line }) => [specifier, typeOnly, line])).toEqual([
    ["a", true, 1],
    ["b", false, 2],
    ["c", true, 3],
    ["d", true, 6],
    ["e", false, 7],
    ["f", false, 8],
    ["g", false, 9],
    ["h", true, 10],
  ]);
});

test("every arrow that the design forbids is refused, and says what to do instead", () => {
  const refused: readonly (readonly [string, string, string])[] = [
    [wire, "@dispatch/kernel", "move the type into packages/contracts"],
    [kernel, "@dispatch/wire", "use import type"],
    [kernel, "@dispatch/alpha/contract", "take what you need as a port"],
    [paint, "@dispatch/kernel", "use import type"],
    [paint, "@dispatch/alpha/contract", "take what you need as a parameter"],
    [beta, "@dispatch/alpha", "import @dispatch/alpha/contract"],
    [beta, "@dispatch/host-bin", "an extension knows contracts"],
    [alpha, "@dispatch/testkit", "*.test.ts or *.fixture.ts"],
    [hostBin, "@dispatch/testkit", "*.test.ts or *.fixture.ts"],
    [hostBin, "@dispatch/paint", "let one stand between"],
    [hostBin, "@dispatch/alpha/fixture", "root and its contract alone"],
    [testkit, "@dispatch/alpha/contract", "take the implementation as a parameter"],
    [beta, "@dispatch/alpha/src/sqlite.ts", "it offers ., ./contract, ./fixture"],
    [beta, "../../alpha/src/contract.ts", "import the other package by its name"],
  ];
  for (const [path, specifier, advice] of refused)
    expect(arrow(path, specifier), `${path} → ${specifier}`).toEqual([expect.stringContaining(advice)]);
});

test("an arrow that is a type alone is an arrow too", () => {
  expect(arrow(beta, "@dispatch/alpha", true)).toHaveLength(1);
  expect(arrow(kernel, "@dispatch/alpha/contract", true)).toHaveLength(1);
});

test("every arrow that the design allows passes", () => {
  const allowed: readonly (readonly [string, string, boolean?])[] = [
    [kernel, "@dispatch/wire", true],
    [paint, "@dispatch/kernel", true],
    [paint, "@dispatch/wire"],
    [alpha, "@dispatch/kernel"],
    [alpha, "@dispatch/wire"],
    [beta, "@dispatch/paint"],
    [beta, "@dispatch/alpha/contract"],
    [hostBin, "@dispatch/alpha"],
    [testkit, "@dispatch/kernel"],
    [beta, "./heart.ts"],
    ["packages/extensions/beta/src/deep/x.ts", "../heart.ts"],
    ["packages/extensions/alpha/src/x.test.ts", "@dispatch/testkit"],
  ];
  for (const [path, specifier, typeOnly] of allowed) expect(arrow(path, specifier, typeOnly), `${path} → ${specifier}`).toEqual([]);
});

test("an extension's contract is reached only by who depends on it, and core never stands on standard", () => {
  const index = "packages/extensions/beta/src/index.ts";
  const withoutArrow = saidOf(importArrows, {
    [index]: `${importing("@dispatch/alpha/contract")}${extensionIndex("beta", "standard", [])}`,
  });
  expect(withoutArrow).toEqual([
    expect.stringContaining('it is not in dependsOn of packages/extensions/beta/src/index.ts: add "alpha" there'),
  ]);
  const standardBelow = saidOf(importArrows, {
    "packages/extensions/alpha/src/index.ts": extensionIndex("alpha", "standard", []),
    [index]: `${importing("@dispatch/alpha/contract")}${extensionIndex("beta", "core", ["alpha"])}`,
  });
  expect(standardBelow).toEqual([expect.stringContaining("a core extension stands on core extensions alone")]);
});

test("what observes stands beside the libraries: extensions, the terminal client and the host look at it, and it at none of them", () => {
  const manifest = (folder: string) =>
    JSON.stringify({ name: `@dispatch/${folder.split("/").at(-1)}`, exports: { ".": "./src/index.ts", "./record": "./src/record.ts" } });
  const folders = ["packages/observability/ink", "packages/observability/shelf", "packages/cli"];
  const packages = Object.fromEntries(folders.map((folder) => [`${folder}/package.json`, manifest(folder)]));
  const said = (path: string, specifier: string, typeOnly = false) =>
    saidOf(importArrows, { ...packages, [path]: importing(specifier, typeOnly) });
  const ink = "packages/observability/ink/src/x.ts";
  for (const path of [beta, hostBin, "packages/cli/src/x.ts", "packages/observability/shelf/src/x.ts"])
    expect(said(path, "@dispatch/ink/record"), path).toEqual([]);
  for (const path of [wire, kernel, paint, testkit]) expect(said(path, "@dispatch/ink"), path).toHaveLength(1);
  expect(said(ink, "@dispatch/kernel", true)).toEqual([]);
  expect(said(ink, "@dispatch/kernel")).toEqual([expect.stringContaining("use import type")]);
  expect(said(ink, "@dispatch/alpha/contract")).toEqual([expect.stringContaining("take what you need as a parameter")]);
  expect(saidOf(outsideImports, { ...packages, [ink]: importing("node:fs") })).toEqual([]);
});

test("the platform is imported where the place allows", () => {
  for (const path of [wire, kernel, paint]) expect(outside(path, "node:fs"), path).toHaveLength(1);
  for (const name of ["index", "contract", "config", "faults"])
    expect(outside(`packages/extensions/alpha/src/${name}.ts`, "bun:sqlite")).toEqual([
      expect.stringContaining("named for what it touches"),
    ]);
  for (const path of ["packages/extensions/alpha/src/process.ts", hostBin, testkit]) expect(outside(path, "node:fs"), path).toEqual([]);
  expect(outside("packages/extensions/alpha/src/faults.ts", "bun:sqlite", true)).toEqual([]);
  const readme = `${healthy["packages/libs/paint/README.md"]}\nReads files by node:fs.\n`;
  expect(saidOf(outsideImports, { [paint]: importing("node:fs"), "packages/libs/paint/README.md": readme })).toEqual([]);
});

test("npm is imported where the place allows, and only what is declared", () => {
  const undeclared = outside(alpha, "hono");
  expect(undeclared).toEqual([expect.stringContaining('add "hono" to dependencies of packages/extensions/alpha/package.json')]);
  expect(outside("packages/extensions/alpha/src/x.test.ts", "hono")).toEqual([expect.stringContaining("devDependencies")]);
  expect(outside(alpha, "zod/v4")).toEqual([]);
  expect(outside(beta, "@dispatch/wire")).toEqual([expect.stringContaining('add "@dispatch/wire"')]);
  const declaring = (folder: string, name: string) => ({
    [`${folder}/package.json`]: (healthy[`${folder}/package.json`] ?? "").replace(
      '"dependencies":{',
      `"dependencies":{"${name}":"catalog:",`,
    ),
  });
  const inWire = { ...declaring("packages/contracts/wire", "hono"), [wire]: importing("hono") };
  expect(saidOf(outsideImports, inWire)).toEqual([expect.stringContaining("contracts stand on zod alone")]);
  const inKernel = (typeOnly: boolean) =>
    saidOf(outsideImports, { ...declaring("packages/kernel", "zod"), [kernel]: importing("zod", typeOnly) });
  expect(inKernel(false)).toEqual([expect.stringContaining("the kernel runs on no package")]);
  expect(inKernel(true)).toEqual([]);
});

test("a unit test that touches the world is renamed", () => {
  expect(outside("packages/extensions/alpha/src/x.test.ts", "node:fs")).toEqual([expect.stringContaining("*.bun.test.ts")]);
  expect(outside("packages/extensions/alpha/src/x.test.ts", "node:assert")).toEqual([]);
  expect(outside("packages/extensions/alpha/src/x.bun.test.ts", "bun:sqlite")).toEqual([]);
});

test("a package reaches its own files by their path", () => {
  expect(outside(beta, "@dispatch/beta")).toEqual([expect.stringContaining("its own files by their path")]);
});

test("only index.ts takes the host", () => {
  const text = 'import type { Host, Log } from "@dispatch/kernel";\nexport const x: Host | Log = 1;\n';
  expect(saidOf(hostSight, { [alpha]: text })).toEqual([
    `${alpha}:1 imports Host: take the few values you need as parameters, and let index.ts pass them`,
  ]);
  expect(saidOf(hostSight, { "packages/extensions/alpha/src/index.ts": text })).toEqual([]);
});
