import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FakeClock, until } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { sampleFiles } from "./folders.ts";
import { openLanguageDesk } from "./language.fixture.ts";
import { localPrograms } from "./programs.ts";
import { readSource } from "./read-source.ts";
import type { KeyedOrder } from "./servers.ts";
import { readText } from "./text-files.ts";
import { ToolPresence } from "./tool-presence.ts";

async function install(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), "#!/bin/sh\n");
  await chmod(join(folder, name), 0o755);
}

// Reaches rememberedMax.
test("where a program is is remembered for a while, of as many programs as anybody asks for", async () => {
  const desk = await openLanguageDesk({});
  const folder = join(desk.outside, "bin");
  const programs = localPrograms(folder, new FakeClock());
  expect(programs.onPath("late", desk.root)).toBeUndefined();
  await install(folder, "late");
  for (let n = 1; n < 1_000; n++) programs.onPath(`p${n}`, desk.root);
  expect(programs.onPath("late", desk.root)).toBeUndefined();
  programs.onPath("one-more", desk.root);
  expect(programs.onPath("late", desk.root)).toMatchObject({ path: join(folder, "late") });
});

// Reaches parentsMax.
test("the package of a program is looked for in the four folders around it", async () => {
  const desk = await openLanguageDesk({ "package.json": '{ "version": "7.1.0" }' });
  const { majorOf } = localPrograms("", new FakeClock());
  await install(join(desk.root, "a/b/c/d"), "prog");
  await install(join(desk.root, "a/b/c"), "prog");
  expect([majorOf(join(desk.root, "a/b/c/prog")), majorOf(join(desk.root, "a/b/c/d/prog"))]).toEqual([7, undefined]);
});

// Reaches entriesMax, depthMax of folders.ts.
test("a look for the languages of a folder reads six levels and two thousand names", async () => {
  const { root, put } = await openLanguageDesk({ "a/b/c/d/e/near.ts": "", "a/b/c/d/e/f/far.py": "" });
  expect((await sampleFiles(root)).has(".ts")).toBe(true);
  expect((await sampleFiles(root)).has(".py")).toBe(false);
  for (let n = 1; n <= 1_993; n++) await put(`x${n}`, "");
  expect((await sampleFiles(root)).has(".ts")).toBe(true);
  for (let n = 1_994; n <= 2_000; n++) await put(`x${n}`, "");
  expect((await sampleFiles(root)).has(".ts")).toBe(false);
});

// Reaches foldersMax of tool-presence.ts.
test("whether a folder has the tool is remembered of a thousand folders", async () => {
  const desk = await openLanguageDesk({});
  const presence = new ToolPresence(desk.folders);
  expect(await presence.in(desk.root)).toBe(false);
  await desk.put("a.ts", "");
  for (let n = 1; n < 1_000; n++) await presence.in(`/no/such/${n}`);
  expect(await presence.in(desk.root)).toBe(false);
  await presence.in("/no/such/folder");
  expect(await presence.in(desk.root)).toBe(true);
});

// Reaches textBytesMax.
test("a file that is larger than any source is shown to no server", async () => {
  const most = 4 * 1024 * 1024;
  const desk = await openLanguageDesk({ "fits.ts": "x".repeat(most), "large.ts": "x".repeat(most + 1) });
  expect((await readText(join(desk.root, "fits.ts")))?.length).toBe(most);
  expect(await readText(join(desk.root, "large.ts"))).toBeUndefined();
  expect(await readSource(desk.workspace, "fits.ts")).toHaveProperty("text");
  expect(await readSource(desk.workspace, "large.ts")).toEqual({
    why: "large.ts is larger than the 4194304 bytes that a language server is shown.",
  });
});

// Reaches failuresKeptMax.
test("of servers that failed two hundred are remembered, the last of them", async () => {
  const { servers } = await openLanguageDesk({}, { bounds: { serversMax: 1_000 } });
  const orderOf = (n: number): KeyedOrder => {
    const nowhere = "/no/such/folder";
    return { key: `k${n}`, id: "x", name: "x", root: nowhere, command: { words: ["/bin/true"], cwd: nowhere, environment: {} } };
  };
  const fail = (n: number) => servers.with(orderOf(n), new AbortController().signal, async () => {}).catch(() => {});
  for (let n = 0; n < 200; n++) await fail(n);
  await until(() => servers.state("k199").state === "error");
  expect(servers.state("k0").state).toBe("error");
  await fail(200);
  await until(() => servers.state("k200").state === "error");
  expect([servers.state("k0").state, servers.state("k1").state]).toEqual(["not-started", "error"]);
});
