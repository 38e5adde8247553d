import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startShell } from "./process.ts";
import { openFiles, orderOf } from "./shell.fixture.ts";

test("a shell that cannot be started is a fault that says so, and leaves nothing behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "process-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  onTestFinished(async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(folder, { recursive: true });
  });
  await expect(startShell(await orderOf("true", join(folder, "gone")))).rejects.toMatchObject({
    ...{ kind: "unavailable", code: "tool-run-shell/not-started" },
    message: expect.stringMatching(/^The shell could not be started: .*ENOENT.*tell the person/),
  });
  expect(await readdir(folder)).toEqual([]);
  expect((await openFiles()).filter((path) => path.startsWith(folder))).toEqual([]);
});

test("a shell leads a session and a process group of its own", async () => {
  using shell = await startShell(await orderOf("exec cat /proc/self/stat", "/"));
  const stat = (await new Response(shell.stdout).text()).split(" ");
  expect([await shell.exited, stat.slice(4, 6)]).toEqual([{ code: 0 }, [String(shell.pid), String(shell.pid)]]);
});

test("a signal without a name is given by its number", async () => {
  using shell = await startShell(await orderOf("kill -40 $$", "/"));
  expect(await shell.exited).toMatchObject({ code: 168, signal: expect.stringMatching(/40/) });
});
