import { mkdir, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { resultText, validate } from "@dispatch/kernel";
import { extensionLaws, toolCall, toolLaws } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import extension from "./index.ts";
import { readFile } from "./read-file.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension })));
for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => ({
      tool: readFile,
      workspace: (await openDesk({ "a.txt": "hello\n", empty: "", "src/b": "" })).workspace,
      good: [{ path: "a.txt" }, { path: "a.txt", offset: 1, limit: 1 }, { path: "empty" }, { path: "." }],
      misfits: [{}, { path: 1 }, { path: "a.txt", offset: 0 }, { path: "a.txt", limit: 2_001 }, { path: "a.txt", offset: 1.5 }],
      refused: [{ path: "../x" }, { path: "none" }, { path: "~" }, { path: "a.txt", offset: 9 }, { path: "a.txt/" }, { path: "a\0b" }],
    })),
  );

async function reading(files: { readonly [path: string]: string | Uint8Array }) {
  const desk = await openDesk(files);
  const read = async (input: { readonly path: string; readonly offset?: number; readonly limit?: number }) => {
    const checked = await validate(readFile.input, input);
    if (!checked.ok) throw new Error(checked.problems.join());
    const result = await readFile.run(checked.value, toolCall(desk.workspace));
    return { text: resultText(result), refused: result.refused === true, details: result.details };
  };
  return { ...desk, read };
}

test("a file is shown as numbered lines", async () => {
  const { read } = await reading({ "a.txt": "one\n\tthree\r\n\nfour" });
  expect(await read({ path: "./a.txt" })).toEqual({
    text: "1\tone\n2\t\tthree\n3\t\n4\tfour",
    refused: false,
    details: { path: "a.txt", sizeBytes: 17, from: 1, to: 4, truncated: false, linesTotal: 4 },
  });
});

// Reaches linesMax.
test("a page that ends before the file says exactly how to go on, and going on reads every line once", async () => {
  const { read } = await reading({ "a.txt": Array.from({ length: 5_000 }, (_, i) => `line ${i + 1}\n`).join("") });
  const first = await read({ path: "a.txt" });
  expect(first.text.split("\n").at(-1)).toBe("… 3,000 more lines; continue with offset=2001.");
  const seen: string[] = [];
  for (let offset: number | undefined = 1; offset !== undefined; ) {
    const { text } = await read({ path: "a.txt", offset });
    seen.push(...text.split("\n").filter((line) => /^\d+\t/.test(line)));
    offset = Number(/continue with offset=(\d+)/.exec(text)?.[1]) || undefined;
  }
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, i) => `${i + 1}\tline ${i + 1}`));
});

test("a page holds at most 50 KiB, and the way on is the first line that is not on it", async () => {
  const { read } = await reading({ "a.txt": `${"x".repeat(1_000)}\n`.repeat(200) });
  const { text } = await read({ path: "a.txt" });
  expect(text.length).toBeLessThan(52 * 1024);
  expect(text.split("\n").at(-1)).toBe("… 149 more lines; continue with offset=52.");
});

test("one more line is one", async () => {
  const { read } = await reading({ "a.txt": "a\nb\nc" });
  expect((await read({ path: "a.txt", offset: 2, limit: 1 })).text).toBe("2\tb\n… 1 more line; continue with offset=3.");
});

test("a long line is cut, and the command that shows the rest works as it stands", async () => {
  const { read, root } = await reading({ "it's.txt": `a\n${"é".repeat(2_000)}END\nb` });
  const { text } = await read({ path: "it's.txt" });
  const [, command] = /see them with run_shell: (.*)\]/.exec(text) ?? [];
  expect(text).toContain("\n[line 2 goes on for 2,003 bytes; ");
  const rest = Bun.spawnSync(["sh", "-c", command ?? ""], { cwd: root }).stdout.toString();
  expect(rest).toBe(`${"é".repeat(1_000)}END\n`);
  expect(text.endsWith("\n3\tb")).toBe(true);
});

test("an empty file is said to be empty", async () => {
  const { read } = await reading({ "a.txt": "" });
  expect((await read({ path: "a.txt" })).text).toBe("(a.txt is empty)");
});

test("an offset beyond the end is refused with the number of lines", async () => {
  const { read } = await reading({ "a.txt": "a\nb\n" });
  expect(await read({ path: "a.txt", offset: 3 })).toMatchObject({
    refused: true,
    text: "a.txt has 2 lines; offset 3 is beyond the end. Use an offset of at most 2.",
  });
});

test("images and other binary files are named with their size, never dumped", async () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...new Uint8Array(2_000)]);
  const latin = Uint8Array.from("na\xefve caf\xe9", (char) => char.charCodeAt(0));
  const { read } = await reading({ "logo.png": png, data: new Uint8Array(20_000), latin, wide: new Uint8Array([0xff, 0xfe, 0x61, 0]) });
  expect((await read({ path: "logo.png" })).text).toBe("logo.png is a PNG image, 2,008 bytes. Its content is not shown.");
  expect((await read({ path: "data" })).text).toBe("data is a binary file, 20,000 bytes. Its content is not shown.");
  expect((await read({ path: "latin" })).text).toMatch(/^latin is not UTF-8 text, 10 bytes\. Its content is not shown\. If .*iconv/);
  expect((await read({ path: "wide" })).text).toMatch(/^wide is UTF-16 text, 4 bytes\. Its content is not shown\. To .*iconv/);
});

test("a folder is listed: sorted, folders with a slash, links with an @, files with their size", async () => {
  const { read, root } = await reading({ "b.txt": "12345", "a/x": "", "c\nd": "" });
  await symlink("b.txt", join(root, "l"));
  Bun.spawnSync(["mkfifo", join(root, "p")]);
  expect((await read({ path: "." })).text).toBe('.: 5 entries\na/\nb.txt  5 bytes\n"c\\nd"  0 bytes\nl@\np  (pipe, socket or device)');
  await mkdir(join(root, "empty"));
  expect((await read({ path: "empty" })).text).toBe("(empty is an empty folder)");
});

// Reaches entriesMax.
test("a long listing is paged as a file is", async () => {
  const { read } = await reading(Object.fromEntries(Array.from({ length: 1_203 }, (_, i) => [`d/${1_000 + i}`, ""])));
  const first = (await read({ path: "d" })).text.split("\n");
  expect([first.length, first.at(-1)]).toEqual([502, "… 703 more entries; continue with offset=501, or use glob."]);
  const last = (await read({ path: "d", offset: 1_001 })).text.split("\n");
  expect([last.length, last[1], last.at(-1)]).toEqual([204, "2000  0 bytes", "2202  0 bytes"]);
  expect(await read({ path: "d", offset: 1_204 })).toMatchObject({ refused: true });
});

test("the version that was seen is noted, also of a part", async () => {
  const { read, workspace } = await reading({ "a.txt": "a\nb\nc" });
  await read({ path: "a.txt", offset: 2, limit: 1 });
  expect(workspace.seen("a.txt")).toBe((await workspace.stat("a.txt")).version);
});

test("through a link it is the file itself that is noted", async () => {
  const { read, workspace, root } = await reading({ "a.txt": "a" });
  await symlink("a.txt", join(root, "l"));
  await read({ path: "l" });
  expect(workspace.seen("a.txt")).toBeDefined();
});

test("what a command kept in scratch can be paged", async () => {
  const { read, workspace } = await reading({});
  const kept = await workspace.keep("out.txt", new TextEncoder().encode("a\nb"));
  expect((await read({ path: kept, offset: 2 })).text).toBe("2\tb");
});

test("a pipe is refused, and does not hang", async () => {
  const { read, root } = await reading({});
  Bun.spawnSync(["mkfifo", join(root, "p")]);
  expect(await read({ path: "p" })).toMatchObject({ refused: true, text: "p is a named pipe, not a regular file." });
});

test("of a file of 2 GB the page comes at once and without its weight in memory", async () => {
  const { read, put } = await reading({});
  await truncate(await put("big.log", "line\n".repeat(20_000)), 2 * 1024 ** 3);
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  const { text } = await read({ path: "big.log", limit: 3 });
  expect(text).toBe("1\tline\n2\tline\n3\tline\n… more than 19,998 more lines; continue with offset=4.");
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
});

test("an abort ends the read of a long file", async () => {
  const { workspace, put } = await reading({});
  await truncate(await put("big.log", "line\n".repeat(2_000)), 2 * 1024 ** 3);
  const controller = new AbortController();
  const running = readFile.run({ path: "big.log", offset: 1_000_000_000 }, toolCall(workspace, controller.signal));
  controller.abort();
  await expect(running).rejects.toMatchObject({ kind: "cancelled" });
});

// Reaches countBytesMax.
test("lines are counted for 64 MiB behind the page, and no further", async () => {
  const { read, put } = await reading({});
  const size = 64 * 1024 * 1024;
  await truncate(await put("near.log", "line\n".repeat(20_000)), size);
  await truncate(await put("far.log", "line\n".repeat(20_000)), size + 4 * 1024 * 1024);
  expect((await read({ path: "near.log", limit: 3 })).text).toMatch(/\n… 19,998 more lines/);
  expect((await read({ path: "far.log", limit: 3 })).text).toMatch(/\n… more than 19,998 more lines/);
});
