import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LocalWorkspaces } from "./workspaces.ts";

const beforeMs = 1_000_000_000_000;
const signal = new AbortController().signal;

test("outputs of tools are swept by age and dropped with their conversation; nothing outside of scratch is touched", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-sweep-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const dataDir = join(folder, "data");
  const root = join(folder, "root");
  mkdirSync(root);
  const workspaces = new LocalWorkspaces({ dataDir, closed: [], extraRoots: [] });
  expect(await workspaces.sweepScratch({ beforeMs, remove: true, signal })).toEqual({ files: 0, sizeBytes: 0 });
  const workspace = await workspaces.open("c", root);
  const [old = "", young = ""] = [await workspace.keep("old", new Uint8Array(10)), await workspace.keep("young", new Uint8Array(5))];
  writeFileSync(join(folder, "mine"), "mine");
  symlinkSync(join(folder, "mine"), join(dataDir, "scratch", "link"));
  utimesSync(join(folder, "mine"), 1, 1);
  utimesSync(old, 1, 1);
  expect(await workspaces.sweepScratch({ beforeMs, remove: false, signal })).toEqual({ files: 1, sizeBytes: 10 });
  expect(existsSync(old)).toBe(true);
  expect(await workspaces.sweepScratch({ beforeMs, remove: true, signal })).toEqual({ files: 1, sizeBytes: 10 });
  expect([existsSync(old), existsSync(young), existsSync(join(folder, "mine"))]).toEqual([false, true, true]);
  await workspaces.dropScratch("c");
  await workspaces.dropScratch("nobody");
  expect(existsSync(young)).toBe(false);
});
