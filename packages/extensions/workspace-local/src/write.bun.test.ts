import { chmod, chown, mkdir, readdir, readFile, readlink, stat, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { assertRefused } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { openDesk } from "./desk.fixture.ts";
import { LocalWorkspaces } from "./workspaces.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a new file has the mode that the umask gives, and nothing else is left in its folder", async () => {
  const { workspace, root } = await openDesk();
  await workspace.write("a.txt", bytes("hello"));
  expect(await readFile(join(root, "a.txt"), "utf8")).toBe("hello");
  expect((await stat(join(root, "a.txt"))).mode & 0o777).toBe(0o666 & ~process.umask());
  expect(await readdir(root)).toEqual(["a.txt"]);
});

test("a replaced file keeps its mode", async () => {
  const { workspace, root } = await openDesk({ "run.sh": "#!/bin/sh\n" });
  await chmod(join(root, "run.sh"), 0o751);
  await workspace.write("run.sh", bytes("#!/bin/sh\necho\n"));
  expect((await stat(join(root, "run.sh"))).mode & 0o7777).toBe(0o751);
});

test.runIf(process.getuid?.() === 0)("a replaced file keeps its owner where we may give it away", async () => {
  const { workspace, root } = await openDesk({ "a.txt": "" });
  await chown(join(root, "a.txt"), 1234, 2345);
  await chmod(join(root, "a.txt"), 0o4755);
  await workspace.write("a.txt", bytes("new"));
  const { uid, gid, mode } = await stat(join(root, "a.txt"));
  expect([uid, gid, mode & 0o7777]).toEqual([1234, 2345, 0o4755]);
});

test("a reader finds the old or the new content whole, never a part", async () => {
  const { workspace } = await openDesk({ "a.txt": "0".repeat(300_000) });
  let writing = true;
  const readers = (async () => {
    const seen = new Set<string>();
    while (writing) {
      const content = new TextDecoder().decode(await workspace.read("a.txt"));
      seen.add(`${content.length} ${content[0]} ${new Set(content).size}`);
    }
    return seen;
  })();
  for (let i = 1; i <= 40; i++) await workspace.write("a.txt", bytes(String(i % 10).repeat(300_000)));
  writing = false;
  for (const seen of await readers) expect(seen).toMatch(/^300000 \d 1$/);
});

test("the version that a write returns is the one that stat gives", async () => {
  const { workspace } = await openDesk();
  const version = await workspace.write("a.txt", bytes("hello"));
  expect((await workspace.stat("a.txt")).version).toBe(version);
  expect(await workspace.write("a.txt", bytes("hello"))).not.toBe(version);
});

test("a write that expects a version is refused once the file is another, is gone, or has only been touched", async () => {
  const { workspace, root, put } = await openDesk({ "a.txt": "one" });
  const { version } = await workspace.stat("a.txt");
  await put("a.txt", "two!");
  await assertRefused(workspace.write("a.txt", bytes("mine"), version), "conflict", "workspace/changed");
  await assertRefused(workspace.write("gone.txt", bytes("mine"), version), "conflict", "workspace/changed");
  const now = await workspace.stat("a.txt");
  await utimes(join(root, "a.txt"), 1, 1);
  await assertRefused(workspace.write("a.txt", bytes("mine"), now.version), "conflict", "workspace/changed");
  expect(await readFile(join(root, "a.txt"), "utf8")).toBe("two!");
  await workspace.write("a.txt", bytes("mine"), (await workspace.stat("a.txt")).version);
  expect(await readFile(join(root, "a.txt"), "utf8")).toBe("mine");
});

test("a write that expects nothing there is refused by a file, and by a link", async () => {
  const { workspace, root } = await openDesk({ "a.txt": "one" });
  await symlink("a.txt", join(root, "link"));
  for (const path of ["a.txt", "link"]) await assertRefused(workspace.write(path, bytes("x"), "absent"), "conflict", "workspace/exists");
  await workspace.write("b.txt", bytes("x"), "absent");
  expect((await readdir(root)).sort()).toEqual(["a.txt", "b.txt", "link"]);
});

test("of two conversations that change what both have read, one is told, every time", async () => {
  const { workspace, workspaces, root } = await openDesk({ "a.txt": "one" });
  const other = await workspaces.open("c2", root);
  for (let round = 0; round < 50; round++) {
    const { version } = await workspace.stat("a.txt");
    const writes = [workspace, other].map((writer, i) => writer.write("a.txt", bytes(`${round} by ${i}`), version));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  }
});

test("of many servers that create one file, one does", async () => {
  const { dataDir, root } = await openDesk();
  const servers = await Promise.all(
    Array.from({ length: 20 }, () => new LocalWorkspaces({ dataDir, closed: [], extraRoots: [] }).open("c1", root)),
  );
  for (let round = 0; round < 10; round++) {
    const outcomes = await Promise.allSettled(servers.map((writer, i) => writer.write(`a${round}.txt`, bytes(`by ${i}`), "absent")));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  }
  expect(await readdir(root)).toHaveLength(10);
});

test("a link inside that points inside is followed, and stays a link", async () => {
  const { workspace, root } = await openDesk({ "real/a.txt": "one" });
  await symlink("real/a.txt", join(root, "link"));
  await workspace.write("link", bytes("two"));
  expect(await readFile(join(root, "real/a.txt"), "utf8")).toBe("two");
  expect(await readlink(join(root, "link"))).toBe("real/a.txt");
});

test("a missing parent is named and not made", async () => {
  const { workspace, root } = await openDesk({ "src/a.txt": "" });
  const fault = await assertRefused(workspace.write("src/no/such/b.txt", bytes("x")), "missing", "workspace/missing");
  expect(fault.message).toContain("src/no/such does not exist");
  expect(await readdir(join(root, "src"))).toEqual(["a.txt"]);
});

test("a folder is never replaced by a file", async () => {
  const { workspace } = await openDesk({ "src/a.txt": "" });
  await assertRefused(workspace.write("src", bytes("x")), "invalid", "workspace/not-a-file");
});

test("a write that fails leaves the old file and no temporary one", async () => {
  const { workspace, root, put } = await openDesk({ "a.txt": "old" });
  const { version } = await workspace.stat("a.txt");
  // The first look finds the expected version; the last one, after the temporary file was made, finds another.
  const write = workspace.write("a.txt", new Uint8Array(32 * 1024 * 1024), version);
  while ((await readdir(root)).length < 2) await Promise.race([write, new Promise((resolve) => setImmediate(resolve))]);
  await put("a.txt", "other");
  await assertRefused(write, "conflict", "workspace/changed");
  expect(await readdir(root)).toEqual(["a.txt"]);
  expect(await readFile(join(root, "a.txt"), "utf8")).toBe("other");
});

test("a full disk is told as such, and the old file stays", async () => {
  const { workspace, root } = await openDesk({ "a.txt": "old" });
  await mkdir(join(root, "tiny"));
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", join(root, "tiny")]);
  if (mounted.exitCode !== 0) return; // Only root may mount.
  try {
    await workspace.write("tiny/a.txt", bytes("old"));
    const fault = await assertRefused(workspace.write("tiny/a.txt", new Uint8Array(1024 * 1024)), "unavailable", "workspace/disk");
    expect(fault.message).toContain("free some space");
    expect(await readdir(join(root, "tiny"))).toEqual(["a.txt"]);
    expect(await readFile(join(root, "tiny/a.txt"), "utf8")).toBe("old");
  } finally {
    Bun.spawnSync(["umount", join(root, "tiny")]);
  }
});
