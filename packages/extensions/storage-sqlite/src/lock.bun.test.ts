import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { assertRefused } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { linesOf, startChild } from "./child.fixture.ts";
import { openSqliteStorage } from "./index.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

const open = (path: string) => openSqliteStorage({ path, durability: "process" });
const firstLine = async (child: Parameters<typeof linesOf>[0]) => (await linesOf(child).next()).value;

test("a second process is refused and told the first one's pid, and the first goes on", async () => {
  using folder = tempFolder();
  const first = startChild("holder.fixture.ts", [folder.file("d.db")]);
  expect(await firstLine(first)).toEqual({ held: first.pid });
  const second = startChild("holder.fixture.ts", [folder.file("d.db")]);
  const refusal = (await firstLine(second)) as { message: string };
  expect(refusal).toMatchObject({ refused: "storage-sqlite/locked", kind: "unavailable", pid: first.pid });
  expect(refusal.message).toContain(`process ${first.pid}`);
  expect(await second.exited).toBe(0);
  first.stdin.end();
  expect(await first.exited).toBe(0);
});

test("after SIGKILL of the first process the second may open, and finds what was committed", async () => {
  using folder = tempFolder();
  const first = startChild("holder.fixture.ts", [folder.file("d.db")]);
  await firstLine(first);
  first.kill("SIGKILL");
  await first.exited;
  expect(readFileSync(folder.file("d.db-pid"), "utf8").trim()).toBe(String(first.pid));
  await using storage = await open(folder.file("d.db"));
  expect(await (await storage.open("holder")).get("pid")).toBe(first.pid);
  expect(readFileSync(folder.file("d.db-pid"), "utf8").trim()).toBe(String(process.pid));
});

test("a process that ends on its own gives the lock back and leaves no log behind", async () => {
  using folder = tempFolder();
  const first = startChild("holder.fixture.ts", [folder.file("d.db")]);
  await firstLine(first);
  first.stdin.end();
  await first.exited;
  expect(["-wal", "-shm", "-pid"].filter((tail) => existsSync(folder.file(`d.db${tail}`)))).toEqual([]);
  await using storage = await open(folder.file("d.db"));
  expect(await (await storage.open("holder")).get("pid")).toBe(first.pid);
});

test("one process cannot open the same file twice either, and looking does not loosen its lock", async () => {
  using folder = tempFolder();
  await using _storage = await open(folder.file("d.db"));
  for (const _ of [1, 2]) {
    const refused = await assertRefused(open(folder.file("d.db")), "unavailable", "storage-sqlite/locked");
    expect(refused.data).toEqual({ path: folder.file("d.db"), pid: process.pid });
  }
  const other = startChild("holder.fixture.ts", [folder.file("d.db")]);
  expect(await firstLine(other)).toMatchObject({ refused: "storage-sqlite/locked", pid: process.pid });
});

test("a link to the file is the file", async () => {
  using folder = tempFolder();
  await using _storage = await open(folder.file("d.db"));
  symlinkSync(folder.file("d.db"), folder.file("link.db"));
  symlinkSync(folder.path, folder.file("link"));
  for (const path of ["link.db", "link/d.db", "link/link.db"])
    await assertRefused(open(folder.file(path)), "unavailable", "storage-sqlite/locked");
});

test("a pid that nobody holds the lock with is not believed", async () => {
  using folder = tempFolder();
  writeFileSync(folder.file("d.db-pid"), "1\n");
  await using _storage = await open(folder.file("d.db"));
  expect(readFileSync(folder.file("d.db-pid"), "utf8")).toBe(`${process.pid}\n`);
});

test("a holder that could not write its pid is another process, without a name", async () => {
  using folder = tempFolder();
  await using _storage = await open(folder.file("d.db"));
  writeFileSync(folder.file("d.db-pid"), "");
  const refused = await assertRefused(open(folder.file("d.db")), "unavailable", "storage-sqlite/locked");
  expect(refused.data).toEqual({ path: folder.file("d.db") });
});
