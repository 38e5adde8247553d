import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { openDesk } from "@dispatch/workspace-local/fixture";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "./pattern.ts";
import { ripgrep } from "./ripgrep.fixture.ts";
import { filesThatMatch, findRipgrep } from "./ripgrep.ts";
import { forRipgrep } from "./ripgrep-pattern.ts";

test("it is found on the path, never in the current folder", async () => {
  const { root, put } = await openDesk({});
  const file = await put("bin/rg", "#!/bin/sh\n");
  await Bun.spawn(["chmod", "+x", file]).exited;
  expect(findRipgrep(`/no/such:${join(root, "bin")}`)).toBe(file);
  expect(findRipgrep(`${relative(process.cwd(), join(root, "bin"))}:.:`)).toBeUndefined();
  expect(findRipgrep("")).toBeUndefined();
});

test("a program that fails, hangs or is not there narrows nothing", async () => {
  const { root, put } = await openDesk({});
  const files = [await put("a", ""), await put("b", "")];
  const fake = async (script: string) => {
    const path = await put("rg", `#!/bin/sh\n${script}\n`);
    await Bun.spawn(["chmod", "+x", path]).exited;
    return path;
  };
  const never = new AbortController().signal;
  expect(await filesThatMatch(await fake(`printf '${files[0]}\\0'; exit 2`), "x", false, files, never)).toEqual(files);
  expect(await filesThatMatch("/no/such/rg", "x", false, files, never)).toEqual(files);
  expect(await filesThatMatch(await fake(`printf '${files[1]}\\0'`), "x", false, files, never)).toEqual([files[1]]);
  const stop = new AbortController();
  const started = join(root, "started");
  await Bun.spawn(["mkfifo", started]).exited;
  const hanging = filesThatMatch(await fake(`echo > '${started}'; exec tail -f /dev/null`), "x", false, files, stop.signal);
  await readFile(started);
  stop.abort();
  expect(await hanging).toEqual(files);
});

test("it is not asked about large files, which it would read to their end, and those count as found", async () => {
  const { root, put } = await openDesk({});
  const small = await put("small", "x\n");
  const large = join(root, "large");
  await writeFile(large, "");
  await truncate(large, 5_000_000_000);
  const rg = await put("rg", '#!/bin/sh\ncase "$*" in *large*) exit 2 ;; esac\nexit 1\n');
  await Bun.spawn(["chmod", "+x", rg]).exited;
  const never = new AbortController().signal;
  expect(await filesThatMatch(rg, "x", false, [small, large], never)).toEqual([large]);
  expect(await filesThatMatch(rg, "x", false, [large], never)).toEqual([large]);
});

test.runIf(ripgrep)("a pattern that looks like an option is none", async () => {
  const { put } = await openDesk({});
  const file = await put("a.txt", "--files\n");
  expect(await filesThatMatch(ripgrep ?? "", "--files", false, [file], new AbortController().signal)).toEqual([file]);
});

test.runIf(ripgrep)("it never finds less than we do", async () => {
  const { root } = await openDesk({});
  const pieces = ["a", "B", "é", " ", "_", "-", "1", "😀", "\t", "\u00a0", "{", "]", "\\"];
  const lines = fc.sample(fc.string({ unit: fc.constantFrom(...pieces), maxLength: 6 }), { numRuns: 150, seed: 7 });
  await mkdir(join(root, "t"));
  const files = lines.map((_, i) => join(root, "t", String(i)));
  await Promise.all(files.map((file, i) => writeFile(file, `${lines[i]}${i % 3 === 0 ? "\r\n" : i % 3 === 1 ? "\n" : ""}`)));
  const tokens = [
    "a",
    "B",
    "é",
    ".",
    "^",
    "$",
    "\\b",
    "\\w",
    "\\W",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "[a-z]",
    "[^a]",
    "[_\\w]",
    "[[:alpha:]]",
    "(a|1)",
    "\\-",
    "\\{",
    "\\\\",
  ];
  const repeated = fc
    .tuple(fc.constantFrom(...tokens), fc.constantFrom("", "", "", "*", "+", "?", "{2}"))
    .map(([token, times]) => token + times);
  const source = fc.array(repeated, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(source, fc.boolean(), async (text, ignoreCase) => {
      const compiled = compilePattern(text, ignoreCase);
      const translated = forRipgrep(text);
      if ("problem" in compiled || translated === undefined) return;
      compared += 1;
      const theirs = await filesThatMatch(ripgrep ?? "", translated, ignoreCase, files, new AbortController().signal);
      const ours = files.filter((_, i) => lines[i] !== "" && compiled.pattern.matches(lines[i] ?? ""));
      expect([text, ours.filter((file) => !theirs.includes(file)).map((file) => lines[files.indexOf(file)])]).toEqual([text, []]);
    }),
    { numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(200);
});

// Reaches fileBytesMax.
test("a file of 16 MiB is still asked about, one byte more is not", async () => {
  const { root, put } = await openDesk({});
  const sizes = [16 * 1024 * 1024, 16 * 1024 * 1024 + 1];
  const files = sizes.map((size) => join(root, `f${size}`));
  for (const [i, file] of files.entries()) {
    await writeFile(file, "");
    await truncate(file, sizes[i]);
  }
  const rg = await put("rg", "#!/bin/sh\nexit 1\n");
  await Bun.spawn(["chmod", "+x", rg]).exited;
  expect(await filesThatMatch(rg, "x", false, files, new AbortController().signal)).toEqual([files[1]]);
});
