import { statSync, truncateSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { SegmentFile } from "./segment-file.ts";

// Reaches waitMsMax.
test("a process that ends waits 200 ms for a write that does not land, and no longer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "segment-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "app.ndjson");
  await using segment = await SegmentFile.open(path, new FakeClock());
  const bytes = Buffer.alloc(1_000_000, "{");
  const appended = segment.append(bytes);
  while (statSync(path).size < bytes.length);
  truncateSync(path);
  const before = performance.now();
  segment.landSync();
  expect(performance.now() - before).toBeGreaterThan(150);
  expect(performance.now() - before).toBeLessThan(1_500);
  expect(await appended).toEqual({ written: bytes.length });
});
