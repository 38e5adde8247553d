// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their parameters so.
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { parseScript, type Word } from "./index.ts";

/** Names of programs that note how they were called, and fail or not by their name. */
const programs = ["aa", "bb", "cc", "dd"];
/** In no word of a script. */
const gap = "\u001f";
const shells = [["/bin/sh"], ["/bin/bash", "--posix"]].filter(([path = ""]) => Bun.which(path) !== null);

/** Runs every script in a folder of its own, and gives the words of every program that really ran. A script names no file outside: it holds no slash. */
async function run(shell: readonly string[], scripts: readonly string[]): Promise<readonly (readonly (readonly string[])[])[]> {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-shell-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bin = join(folder, "bin");
  await mkdir(bin);
  for (const name of programs) {
    const path = join(bin, name);
    // One small write a line, so that programs which run at once do not mix theirs.
    await writeFile(
      path,
      `#!/bin/sh\nline=${name}; for word; do line="$line${gap}$word"; done; printf '%s\\n' "$line" >>"$TRACE"; [ ${name} != dd ]\n`,
    );
    await chmod(path, 0o755);
  }
  for (const [n, script] of scripts.entries()) {
    await mkdir(join(folder, `w${n}`));
    await writeFile(join(folder, `s${n}`), script);
  }
  const driver = `n=0; while [ $n -lt ${scripts.length} ]; do
    (cd w$n && TRACE=../t$n PATH=${bin} exec /usr/bin/timeout -s KILL 5 "$@" ../s$n </dev/null >/dev/null 2>&1); n=$((n + 1)); done`;
  await writeFile(join(folder, "driver"), driver);
  const done = Bun.spawnSync(["/bin/sh", join(folder, "driver"), ...shell], {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin" },
    timeout: 120_000,
  });
  expect(done.exitCode).toBe(0);
  return Promise.all(
    scripts.map(async (_, n) => {
      const trace = await readFile(join(folder, `t${n}`), "utf8").catch(() => "");
      return trace
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(gap));
    }),
  );
}

/** A word that the shell works out may become any number of words. */
function fits(ran: readonly string[], words: readonly Word[]): boolean {
  const [first, ...rest] = words;
  if (first === undefined) return ran.length === 0;
  if (first.text !== undefined) return first.text === ran[0] && fits(ran.slice(1), rest);
  return ran.some((_, n) => fits(ran.slice(n), rest)) || fits([], rest);
}

const untold = (script: string, ran: readonly (readonly string[])[]) => {
  const { commands, doubt } = parseScript(script);
  if (doubt !== undefined) return [];
  return ran.filter((words) => !commands.some((command) => command.words.length > 0 && fits(words, command.words)));
};

const name = fc.constantFrom(...programs);
const plainWord = fc.constantFrom(
  "x",
  "-y",
  "'a b'",
  '"c $v"',
  "\\$d",
  "$v",
  "e'f'\"g\"",
  "*",
  "~",
  "${v:-w}",
  "{x,y}",
  '"$(aa q)"',
  "$(bb 'r s')",
  "`cc t`",
  "a=b",
  "if",
  "#z",
  "1",
);
const { script } = fc.letrec<{ script: string; command: string; simple: string }>((tie) => ({
  simple: fc
    .tuple(
      fc.constantFrom("", "", "V=1 ", "V=$(dd) "),
      name,
      fc.array(plainWord, { maxLength: 3 }),
      fc.constantFrom("", "", " >o", " 2>&1", " <<E\n$(aa h)\nE\n"),
    )
    .map(([assigned, program, words, redirect]) => `${assigned}${[program, ...words].join(" ")}${redirect}`),
  command: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("simple"),
    tie("script").map((inner) => `(${inner}\n)`),
    tie("script").map((inner) => `{ ${inner}\n}`),
    fc.tuple(tie("script"), tie("script"), tie("script")).map(([a, b, c]) => `if ${a}\nthen ${b}\nelse ${c}\nfi`),
    fc.tuple(plainWord, tie("script")).map(([word, body]) => `for v in ${word} x; do ${body}\ndone`),
    fc.tuple(plainWord, tie("script"), tie("script")).map(([word, a, b]) => `case ${word} in x|y) ${a}\n;; *) ${b}\nesac`),
    tie("script").map((inner) => `aa $(${inner}\n)`),
  ),
  script: fc
    .array(fc.tuple(tie("command"), fc.constantFrom(" && ", " || ", "; ", " | ", "\n", " & ")), { minLength: 1, maxLength: 2 })
    .map((parts) =>
      parts
        .map(([command, separator], n) => (n === parts.length - 1 ? command : command + (command.endsWith("\n") ? "\n" : separator)))
        .join(""),
    ),
}));

const junk = fc
  .array(
    fc.constantFrom(
      ..."''\"\"\\$$(){};;&|<>\n#=!*[]``  -%1",
      " aa ",
      " bb x",
      "cc ",
      "dd",
      "if ",
      "; then ",
      "; fi",
      "$(",
      ")",
      "<<E",
      "\nE\n",
      "${v:-",
      "}",
      "V=",
      "do ",
      "; done",
      "for v in ",
      "\\\n",
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));

for (const shell of shells) {
  test(`${shell[0]}: every program that a sound script starts is among those that were told, whole`, async () => {
    const scripts = fc.sample(script, { numRuns: 120, seed: 20_261_121 });
    const ran = await run(shell, scripts);
    for (const [n, text] of scripts.entries()) expect(untold(text, ran[n] ?? []), text).toEqual([]);
    expect(ran.flat().length).toBeGreaterThan(scripts.length);
    expect(scripts.filter((text) => parseScript(text).doubt === undefined).length).toBeGreaterThan(scripts.length * 0.5);
  }, 120_000);

  test(`${shell[0]}: no program runs untold from a text made of the shell's own signs, unless that text is doubted`, async () => {
    const scripts = fc.sample(junk, { numRuns: 500, seed: 20_261_122 });
    const ran = await run(shell, scripts);
    for (const [n, text] of scripts.entries()) expect(untold(text, ran[n] ?? []), JSON.stringify(text)).toEqual([]);
    expect(ran.filter((programs) => programs.length > 0).length).toBeGreaterThan(10);
  }, 120_000);
}
