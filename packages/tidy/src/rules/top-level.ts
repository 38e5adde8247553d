import type { Rule } from "../tree.ts";

const mayBe = new Set(
  (
    ".ci .containerignore .env.example .gitattributes .github .gitignore AGENTS.md Containerfile GLOSSARY.md LICENSE README.md bin biome.json bun.lock bunfig.toml " +
    "notes package.json packages systemd tasks.md tsconfig.base.json tsconfig.json tsconfig.tests.json vitest.config.ts"
  ).split(" "),
);
const mustBe = [
  "README.md",
  "AGENTS.md",
  "GLOSSARY.md",
  "tasks.md",
  ".env.example",
  ".ci/run",
  "bin/up",
  "bin/test",
  "bin/bun",
  "bun.lock",
];

export const topLevel: Rule = {
  name: "the root holds what everybody looks for, and nothing else",
  broken: (tree) => {
    const names = new Set([...tree.files.keys()].map((path) => path.split("/")[0] ?? ""));
    const stray = [...names].filter((name) => !mayBe.has(name));
    return [
      ...stray.map((name) => `${name} does not belong in the root: put it into a package, notes/ or bin/, or ignore it`),
      ...mustBe.filter((path) => !tree.files.has(path)).map((path) => `${path} is missing: people and tools look for it there`),
    ];
  },
};
