import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SpawnOrder } from "@dispatch/sandbox/contract";
import { expect, onTestFinished, test } from "vitest";
import { startShell } from "./process.ts";
import { openFiles, orderOf, turnOfLoop } from "./shell.fixture.ts";

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

// Reaches reportCharsMax.
test("a report that does not say within 4,096 characters how the command ended is read no further", async () => {
  const folder = await mkdtemp(join(tmpdir(), "process-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const asked: number[] = [];
  const more = "while [ ! -e go ]; do sleep 0.01; done; (printf more >&3); touch gone; exec sleep 60";
  const free = await orderOf(`head -c 5000 /dev/zero >&3; ${more}`, folder);
  const endingOf = (report: string) => void asked.push(report.length);
  const order: SpawnOrder = { ...free, reportFd: 3, endingOf, [Symbol.dispose]: () => {} };
  using shell = await startShell(order);
  while ((asked.at(-1) ?? 0) < 5_000) await turnOfLoop();
  await writeFile(join(folder, "go"), "");
  while (!existsSync(join(folder, "gone"))) await turnOfLoop();
  process.kill(shell.pid, "SIGKILL");
  expect(await shell.exited).toMatchObject({ signal: "SIGKILL" });
  expect(asked.at(-1)).toBe(5_000);
});
