import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { generationOf } from "./generation.ts";

// Reaches headBytesMax.
test("a segment is known by its first 512 bytes, however much of it was read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "generation-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const named = async (changedAt: number, offset = 2_000) => {
    const path = join(folder, "segment");
    await writeFile(path, Buffer.alloc(2_000, "x").fill("y", changedAt, changedAt + 1));
    await using handle = await open(path);
    return generationOf(handle, offset);
  };
  const usual = await named(1_999);
  expect(usual).toMatch(/^512:[0-9a-f]{32}$/);
  expect(await named(512)).toBe(usual);
  expect(await named(511)).not.toBe(usual);
  expect(await named(1_999, 100)).toMatch(/^100:/);
});
