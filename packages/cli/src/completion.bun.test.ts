import { allOps } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { commands } from "./commands.ts";
import { runCommand } from "./process.fixture.ts";

const projected = allOps.flatMap((op) => op.cli?.command ?? []);
const has = (shell: string): boolean => Bun.which(shell) !== null;

async function script(shell: string): Promise<string> {
  const { stdout, stderr, exitCode } = await runCommand(["completion", shell]);
  expect([stderr, exitCode]).toEqual(["", 0]);
  return stdout;
}

async function inShell(shell: readonly string[], input: string): Promise<readonly string[]> {
  const child = Bun.spawn([...shell], {
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect([stderr, exitCode]).toEqual(["", 0]);
  return stdout.split("\n").filter((line) => line !== "");
}

test.each(["bash", "zsh", "fish"])("the %s script names every command and every flag", async (shell) => {
  const text = await script(shell);
  for (const word of projected.flatMap((name) => name.split(" "))) expect(text).toContain(word);
  const dashes = shell === "fish" ? "-l " : "--";
  for (const { flags } of commands) for (const { name } of flags) expect(text).toContain(`${dashes}${name}`);
});

/** What the shell offers for a line whose last word is not finished. */
const offers: readonly (readonly [line: readonly string[], offered: readonly string[]])[] = [
  [["mod"], ["models"]],
  [["models", "--s"], ["--server"]],
  [["list", "--status", "a"], ["active"]],
  [
    ["send", "c1", "--effort", ""],
    ["low", "medium", "high", "xhigh", "max"],
  ],
  [["completion", "f"], ["fish"]],
  [["demo/echo", "--sh"], ["--show-reasoning"]],
  [["demo/echo", "--mo"], []],
];

test.skipIf(!has("bash"))("bash offers commands, flags and choices once the script is sourced", async () => {
  const source = await script("bash");
  for (const [line, offered] of offers) {
    const words = ["dispatch", ...line].map((word) => `'${word}'`).join(" ");
    const asked = `${source}\nCOMP_WORDS=(${words})\nCOMP_CWORD=${line.length}\n_dispatch\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    expect([line, await inShell(["bash", "--norc"], asked)]).toEqual([line, offered]);
  }
});

test.skipIf(!has("bash"))("bash offers paths with spaces whole", async () => {
  const asked = `${await script("bash")}\ncd "$(mktemp -d)"\ntouch 'a b.md'\nCOMP_WORDS=(dispatch send c1 --file a)\nCOMP_CWORD=4\n_dispatch\nprintf '%s\\n' "\${COMPREPLY[@]}"\nrm 'a b.md'\nrmdir "$PWD"`;
  expect(await inShell(["bash", "--norc"], asked)).toEqual(["a b.md"]);
});

test.skipIf(!has("fish"))("fish offers the same", async () => {
  const source = await script("fish");
  for (const [line, offered] of offers) {
    const asked = `${source}\ncomplete -C 'dispatch ${line.join(" ")}'`;
    const found = (await inShell(["fish", "--no-config"], asked)).map((row) => row.split("\t", 1)[0]);
    expect([line, found.toSorted()]).toEqual([line, offered.toSorted()]);
  }
});

test.skipIf(!has("zsh"))("zsh takes the script and completes dispatch with it", async () => {
  const asked = `autoload -U compinit\ncompinit -D -u\n${await script("zsh")}\nprint $_comps[dispatch]`;
  expect(await inShell(["zsh", "-f"], asked)).toEqual(["_dispatch"]);
});
