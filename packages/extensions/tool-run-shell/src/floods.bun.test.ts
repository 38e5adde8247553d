import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { outputFileBytesMax } from "./output.ts";
import { endingOf, openShellDesk, outputOf } from "./shell.fixture.ts";

const leftOut = /\n\n\[(\d+) bytes are left out here\. The whole output, (\d+) bytes, is in (\S+): page it with read_file\.\]\n\n/;

test("of a long output the beginning and the end are shown, and the whole can be read", async () => {
  const { run, workspace } = await openShellDesk();
  const ran = await run("seq 1 100000");
  const whole = Array.from({ length: 100_000 }, (_, n) => `${n + 1}\n`).join("");
  const [head = "", missing, total, path = "", tail = ""] = outputOf(ran).split(leftOut);
  expect([head.length, tail.length + 1, Number(total)]).toEqual([20_480, 20_480, whole.length]);
  expect(whole.startsWith(head) && whole.endsWith(`${tail}\n`)).toBe(true);
  expect(head.length + tail.length + 1 + Number(missing)).toBe(whole.length);
  expect(ran.details.outputPath).toBe(path);
  expect(new TextDecoder().decode(await workspace.read(path))).toBe(whole);
});

test("the file is ours alone and lies in the scratch folder", async () => {
  const { run, workspace } = await openShellDesk();
  const { outputPath = "" } = (await run("seq 1 100000")).details;
  expect(outputPath.startsWith(`${workspace.scratch}/`)).toBe(true);
  expect([(await stat(outputPath)).mode & 0o777, (await stat(workspace.scratch)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test("an output that fits leaves no file", async () => {
  const { run, workspace } = await openShellDesk();
  const ran = await run("head -c 40960 /dev/zero | tr '\\0' x");
  expect(outputOf(ran)).toBe("x".repeat(40_960));
  expect([ran.details.outputPath, await Bun.file(workspace.scratch).exists()]).toEqual([undefined, false]);
});

test("one line of 10 MB is kept whole", async () => {
  const { run, workspace } = await openShellDesk();
  const ran = await run("head -c 10000000 /dev/zero | tr '\\0' x; echo");
  const bytes = await workspace.read(ran.details.outputPath ?? "");
  expect(new TextDecoder().decode(bytes) === `${"x".repeat(10_000_000)}\n`).toBe(true);
  expect(ran.text.length).toBeLessThan(42_000);
});

test("characters that fall between two reads are whole, in what is shown and in the file", async () => {
  const { start, workspace } = await openShellDesk();
  const { result, shown } = start({ command: "yes '€🙂' | head -c 800000" });
  const whole = "€🙂\n".repeat(100_000);
  const { text, details } = await result;
  expect(shown.map(({ data }) => data).join("") === whole).toBe(true);
  expect(text).not.toContain("\ufffd");
  expect(new TextDecoder().decode(await workspace.read(details.outputPath ?? "")) === whole).toBe(true);
});

test("bytes that are no text become marks, and the text around them stays", async () => {
  const { run } = await openShellDesk();
  expect(outputOf(await run("printf 'a\\377b\\303'; printf '\\342\\202' >&2; printf 'c\\n'"))).toMatch(/^a\ufffdb.*c/);
});

test.each(["yes | head -c 1G", "yes", "cat /dev/urandom", "yes >&2", "trap '' TERM; yes"])("%s is ended at the limit", async (command) => {
  const { start } = await openShellDesk();
  const { result, shown } = start({ command });
  const ran = await result;
  const { size } = await stat(ran.details.outputPath ?? "");
  expect(size).toBeLessThanOrEqual(outputFileBytesMax);
  expect(size).toBeGreaterThan(outputFileBytesMax - 4);
  expect(endingOf(ran)).toMatch(/^ended at the limit of its output: exit code \d+/);
  expect(ran.text).toContain(`[The output reached its limit of ${outputFileBytesMax} bytes.`);
  expect(shown.length).toBeLessThan(outputFileBytesMax / 8_192 + 100);
});

test("a flood of tiny writes on both streams is few events", async () => {
  const { start } = await openShellDesk();
  const { result, shown } = start({ command: "i=0; while [ $i -lt 20000 ]; do printf x; printf y >&2; i=$((i+1)); done" });
  const ran = await result;
  expect([...outputOf(ran)].sort().join("")).toBe("x".repeat(20_000) + "y".repeat(20_000));
  expect(shown.length).toBeLessThan(2 * (40_000 / 8_192 + ran.details.durationMs / 20) + 4);
});
