import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tryBubblewrap } from "./try-bubblewrap.ts";

async function programThat(does: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bubblewrap-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "bwrap");
  await writeFile(path, `#!/bin/sh\n${does}\n`);
  await chmod(path, 0o755);
  return path;
}

test("a program that is not there is told with how to install it", async () => {
  expect((await tryBubblewrap(undefined)).state).toMatchObject({
    available: false,
    hint: expect.stringContaining("apt install bubblewrap"),
  });
});

// Reaches reasonCharsMax.
test("one that may make no sandbox is told with what it says, cut where it says too much", async () => {
  const { state } = await tryBubblewrap(await programThat("echo bwrap: no $(seq 1 1000 | tr '\\n' ' ') >&2; exit 1"));
  expect(state).toMatchObject({ available: false, reason: expect.stringMatching(/^bubblewrap makes no sandbox here: no 1 2 .{200,300}$/) });
});

// Reaches tryMsMax.
test("one that hangs is given up", async () => {
  expect((await tryBubblewrap(await programThat("exec sleep 1000"))).state.available).toBe(false);
});
