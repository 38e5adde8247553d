import type { Rule } from "./tree.ts";
import { treeOf } from "./tree.ts";

const json = (value: unknown) => JSON.stringify(value);
const config = (depth: number, references: readonly string[], compilerOptions?: object) =>
  json({
    extends: `${"../".repeat(depth)}tsconfig.base.json`,
    ...(compilerOptions === undefined ? {} : { compilerOptions }),
    ...(references.length === 0 ? {} : { references: references.map((path) => ({ path })) }),
  });
const packageJson = (
  name: string,
  dependencies: readonly string[],
  doors: readonly string[] = ["."],
  devDependencies: readonly string[] = [],
) => {
  const versions = (names: readonly string[]) =>
    Object.fromEntries(names.map((one) => [one, one.startsWith("@dispatch/") ? "workspace:*" : "catalog:"]));
  const files: { readonly [door: string]: string } = {
    ".": "./src/index.ts",
    "./contract": "./src/contract.ts",
    "./fixture": "./src/desk.fixture.ts",
  };
  return json({
    name: `@dispatch/${name}`,
    exports: Object.fromEntries(doors.map((door) => [door, files[door]])),
    dependencies: versions(dependencies),
    devDependencies: versions(devDependencies),
  });
};

export const extensionIndex = (id: string, tier: string, dependsOn: readonly string[]) =>
  `export default defineExtension({ id: "${id}", tier: "${tier}", dependsOn: ${json(dependsOn)}, activate() {} });\n`;
export const readme = (title: string, ...lines: readonly string[]) =>
  [
    `# ${title}`,
    "",
    "Is what it is.",
    ...["Gives", "Uses", "Configuration", "Limits", "Faults", "How it is tested"].map((one) => `## ${one}`),
    ...lines,
  ].join("\n");

const folders = [
  "packages/contracts/wire",
  "packages/extensions/alpha",
  "packages/extensions/beta",
  "packages/host-bin",
  "packages/kernel",
  "packages/libs/paint",
  "packages/testkit",
];

/** A small repository that breaks no rule: a core extension `alpha` with a contract, and a standard one, `beta`, that depends on it. */
export const healthy: { readonly [path: string]: string } = {
  ...Object.fromEntries(
    ["README.md", "AGENTS.md", "tasks.md", ".env.example", ".ci/run", "bin/up", "bin/test", "bin/bun", "bun.lock"].map((path) => [
      path,
      "",
    ]),
  ),
  "GLOSSARY.md":
    "| word | meaning | refused |\n|---|---|---|\n| conversation | A lasting exchange. | session, thread, chat |\n| hook | A place. | event bus, part (of it) |\n",
  "package.json": json({
    packageManager: "bun@1.4.5",
    workspaces: { catalog: { zod: "4.6.7", vitest: "5.1.1", hono: "4.0.0-rc.1" } },
    devDependencies: { vitest: "catalog:" },
  }),
  "tsconfig.json": json({ files: [], references: [...folders, "tsconfig.tests.json"].map((path) => ({ path })) }),
  "tsconfig.tests.json": json({ include: ["packages"], references: folders.map((path) => ({ path })) }),
  ...Object.fromEntries(folders.map((folder) => [`${folder}/README.md`, readme(folder)])),

  "packages/contracts/wire/package.json": packageJson("wire", ["zod"]),
  "packages/contracts/wire/tsconfig.json": config(3, [], { types: [] }),
  "packages/contracts/wire/src/index.ts": 'import { z } from "zod";\nexport const chunk = z.string();\n',

  "packages/kernel/package.json": packageJson("kernel", ["@dispatch/wire"]),
  "packages/kernel/tsconfig.json": config(2, ["../contracts/wire"], { types: [] }),
  "packages/kernel/src/index.ts": 'import type { Chunk } from "@dispatch/wire";\nexport type { Chunk };\n',

  "packages/libs/paint/package.json": packageJson("paint", ["@dispatch/kernel", "hono"]),
  "packages/libs/paint/tsconfig.json": config(3, ["../../kernel"]),
  "packages/libs/paint/src/index.ts":
    'import type { Model } from "@dispatch/kernel";\nimport { paint } from "hono";\nexport const x: Model = paint;\n',

  "packages/testkit/package.json": packageJson("testkit", ["@dispatch/kernel"]),
  "packages/testkit/tsconfig.json": config(2, ["../kernel"]),
  "packages/testkit/src/index.ts": 'import assert from "node:assert";\nimport { boot } from "@dispatch/kernel";\nassert(boot);\n',

  "packages/extensions/alpha/package.json": packageJson(
    "alpha",
    ["@dispatch/kernel", "zod"],
    [".", "./contract", "./fixture"],
    ["@dispatch/testkit"],
  ),
  "packages/extensions/alpha/tsconfig.json": config(3, ["../../kernel"]),
  "packages/extensions/alpha/src/index.ts": `import type { Host } from "@dispatch/kernel";\n${extensionIndex("alpha", "core", [])}`,
  "packages/extensions/alpha/src/contract.ts":
    'import { defineService } from "@dispatch/kernel";\nexport const Alpha = defineService("alpha/alpha");\n',
  "packages/extensions/alpha/src/sqlite.ts": 'import { Database } from "bun:sqlite";\nexport const db = new Database();\n',
  "packages/extensions/alpha/src/desk.fixture.ts":
    'import { rmSync } from "node:fs";\nimport { laws } from "@dispatch/testkit";\nexport const desk = [rmSync, laws];\n',
  "packages/extensions/alpha/src/sqlite.bun.test.ts":
    'import { rmSync } from "node:fs";\nimport { test } from "vitest";\nimport { laws } from "@dispatch/testkit";\ntest("", () => [rmSync, laws]);\n',

  "packages/extensions/beta/package.json": packageJson("beta", ["@dispatch/alpha", "@dispatch/kernel", "@dispatch/paint"]),
  "packages/extensions/beta/tsconfig.json": config(3, ["../alpha", "../../kernel", "../../libs/paint"]),
  "packages/extensions/beta/src/index.ts": `import { Alpha } from "@dispatch/alpha/contract";\nimport { x } from "@dispatch/paint";\nimport { heart } from "./heart.ts";\n${extensionIndex("beta", "standard", ["alpha"])}export const all = [Alpha, x, heart];\n`,
  "packages/extensions/beta/src/heart.ts": "export const heart = 1;\n",
  "packages/extensions/beta/src/heart.test.ts":
    'import { desk } from "@dispatch/alpha/fixture";\nimport { test } from "vitest";\ntest("", () => desk);\n',

  "packages/host-bin/package.json": packageJson("host-bin", ["@dispatch/alpha", "@dispatch/beta", "@dispatch/kernel"]),
  "packages/host-bin/tsconfig.json": config(2, ["../extensions/alpha", "../extensions/beta", "../kernel"]),
  "packages/host-bin/src/index.ts":
    'import alpha from "@dispatch/alpha";\nimport { Alpha } from "@dispatch/alpha/contract";\nimport beta from "@dispatch/beta";\nimport { boot } from "@dispatch/kernel";\nboot([alpha, beta, Alpha]);\n',
};

/** What the rule says of the healthy tree with these files in place of its own; `undefined` takes a file away. */
export function saidOf(rule: Rule, changes: { readonly [path: string]: string | undefined }): readonly string[] {
  const kept = Object.entries({ ...healthy, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return rule.broken(treeOf(Object.fromEntries(kept)));
}
