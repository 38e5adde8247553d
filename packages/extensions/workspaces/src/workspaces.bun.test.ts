import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { ShapeTurn, StatusChanged } from "@dispatch/session-orchestrator/contract";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import { FaultInjector, Gate, MemoryStorage, part, type ScriptedAnswer, testExtension } from "@dispatch/testkit";
import {
  deleteWorkspace,
  getWorkspace,
  listWorkspaces,
  type Op,
  putWorkspace,
  setCwd,
  setWorkspaceComputer,
  setWorkspaceCwd,
  setWorkspaceTitle,
  starWorkspace,
  unstarWorkspace,
} from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import workspaces from "./index.ts";

const hello: ScriptedAnswer = [part.text("Hello."), part.finish("stop")];
const startedAt = 1_000_000;

async function start({
  answers = Array<ScriptedAnswer>(20).fill(hello),
  storage = new MemoryStorage() as MemoryStorage | FaultInjector,
} = {}) {
  const folders: string[] = [];
  const statuses: string[] = [];
  const watcher = testExtension("watcher", {
    dependsOn: ["session-orchestrator"],
    activate(host) {
      host.on(ShapeTurn, (shape, { cwd }) => {
        folders.push(cwd);
        return shape;
      });
      host.on(StatusChanged, ({ conversationId, status }) => void statuses.push(`${conversationId} ${status}`));
    },
  });
  const desk = await openDesk({ answers, storage, extensions: [workspaces, watcher] });
  const registry = desk.kernel.use(OpRegistry);
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  return {
    ...desk,
    folders,
    statuses,
    call: async <Input, Output>(op: Op<Input, Output>, input: Input) => (await registry.call(op.id, input, context)) as Output,
    async turn(conversationId: string, workspaceId?: string, cwd?: string) {
      const { events } = await desk.conversations.submit({
        conversationId,
        text: "Hi",
        ...(workspaceId === undefined ? {} : { workspaceId }),
        ...(cwd === undefined ? {} : { cwd }),
      });
      await Array.fromAsync(events);
    },
  };
}

const blank = { defaultCwd: null, defaultComputerId: null, starred: false };
const untouched = { ...blank, id: "default", title: "default", createdAt: 0, lastActivityAt: 0 };

test("default is always there, first without a past", async () => {
  await using desk = await start();
  expect(await desk.call(listWorkspaces, {})).toEqual({ workspaces: [{ ...untouched, conversationCount: 0 }] });
  expect(await desk.call(getWorkspace, { workspaceId: "default" })).toEqual(untouched);
  expect(await desk.call(putWorkspace, { workspaceId: "default" })).toEqual(untouched);
  await desk.turn("c");
  expect(await desk.call(getWorkspace, { workspaceId: "default" })).toMatchObject({ createdAt: startedAt, lastActivityAt: startedAt });
});

test("an unknown one is missing until it is made; making it again changes only what is given", async () => {
  await using desk = await start();
  await expect(desk.call(getWorkspace, { workspaceId: "w" })).rejects.toMatchObject({
    kind: "missing",
    code: "workspaces/unknown-workspace",
  });
  const made = { ...blank, id: "w", title: "w", createdAt: startedAt, lastActivityAt: startedAt };
  expect(await desk.call(putWorkspace, { workspaceId: "w" })).toEqual(made);
  await desk.clock.advance(5);
  expect(await desk.call(putWorkspace, { workspaceId: "w" })).toEqual(made);
  expect(await desk.call(putWorkspace, { workspaceId: "w", title: " Plans " })).toEqual({ ...made, title: "Plans" });
  expect(await desk.call(putWorkspace, { workspaceId: "w", defaultCwd: "/tmp" })).toEqual({ ...made, title: "Plans", defaultCwd: "/tmp" });
  expect(await desk.call(putWorkspace, { workspaceId: "w", defaultCwd: null })).toEqual({ ...made, title: "Plans" });
  expect(await desk.call(getWorkspace, { workspaceId: "w" })).toEqual({ ...made, title: "Plans" });
});

test("title, folder, computer and star are set one by one, and make what is not there", async () => {
  await using desk = await start();
  expect(await desk.call(setWorkspaceTitle, { workspaceId: "a", title: " A " })).toMatchObject({ id: "a", title: "A" });
  expect(await desk.call(setWorkspaceCwd, { workspaceId: "b", defaultCwd: "/b" })).toMatchObject({ id: "b", defaultCwd: "/b" });
  expect(await desk.call(setWorkspaceCwd, { workspaceId: "b", defaultCwd: 7 as never })).toMatchObject({ defaultCwd: null });
  expect(await desk.call(setWorkspaceComputer, { workspaceId: "c", computerId: "laptop" })).toMatchObject({ defaultComputerId: "laptop" });
  expect(await desk.call(setWorkspaceComputer, { workspaceId: "c", computerId: null })).toMatchObject({ defaultComputerId: null });
  expect(await desk.call(starWorkspace, { workspaceId: "d" })).toMatchObject({ id: "d", starred: true });
  expect(await desk.call(starWorkspace, { workspaceId: "d" })).toMatchObject({ starred: true });
  expect(await desk.call(unstarWorkspace, { workspaceId: "d" })).toMatchObject({ id: "d", starred: false });
  expect((await desk.call(listWorkspaces, {})).workspaces.map(({ id }) => id)).toEqual(["a", "b", "c", "d", "default"]);
});

test("changes that come at once are all kept", async () => {
  await using desk = await start();
  await Promise.all([
    desk.call(setWorkspaceTitle, { workspaceId: "w", title: "W" }),
    desk.call(setWorkspaceCwd, { workspaceId: "w", defaultCwd: "/w" }),
    desk.call(starWorkspace, { workspaceId: "w" }),
  ]);
  expect(await desk.call(getWorkspace, { workspaceId: "w" })).toMatchObject({ title: "W", defaultCwd: "/w", starred: true });
});

test.each(["Not A Slug", "-a", "a-", "a_b", "é", "a".repeat(41), ""])("%j is no slug", async (workspaceId) => {
  await using desk = await start();
  for (const op of [putWorkspace, starWorkspace, unstarWorkspace])
    await expect(desk.call(op, { workspaceId })).rejects.toMatchObject({ kind: "invalid" });
});

test.each(["a", "0", "a-b", "a--b", "a".repeat(40)])("%j is a slug", async (workspaceId) => {
  await using desk = await start();
  expect(await desk.call(putWorkspace, { workspaceId })).toMatchObject({ id: workspaceId });
});

test("what is no title, folder or computer is refused", async () => {
  await using desk = await start();
  for (const fields of [{ title: " " }, { title: 1 }, { defaultCwd: 1 }, { defaultCwd: "x".repeat(5_000) }])
    await expect(desk.call(putWorkspace, { workspaceId: "w", ...fields } as never)).rejects.toMatchObject({ kind: "invalid" });
  await expect(desk.call(setWorkspaceTitle, { workspaceId: "w", title: " " })).rejects.toMatchObject({ kind: "invalid" });
  for (const computerId of [1, "../x"])
    await expect(desk.call(setWorkspaceComputer, { workspaceId: "w", computerId } as never)).rejects.toMatchObject({ kind: "invalid" });
  await expect(desk.call(getWorkspace, { workspaceId: "../x" })).rejects.toMatchObject({ kind: "invalid" });
  expect((await desk.call(listWorkspaces, {})).workspaces).toHaveLength(1);
});

test("a conversation brings its workspace with it, every message is its activity, and closed ones count", async () => {
  await using desk = await start();
  await desk.turn("c1", "found");
  await desk.clock.advance(10);
  await desk.turn("c2", "found");
  await desk.call(setCwd, { conversationId: "c3", cwd: "/", workspaceId: "drafted" });
  await desk.conversations.close("c1");
  const list = async () => (await desk.call(listWorkspaces, {})).workspaces;
  expect(await list()).toMatchObject([
    { id: "drafted", conversationCount: 1 },
    { id: "found", conversationCount: 2, createdAt: startedAt, lastActivityAt: startedAt + 10 },
    { id: "default", conversationCount: 0 },
  ]);
  await desk.clock.advance(10);
  await desk.turn("c2");
  expect((await list())[0]).toMatchObject({ id: "found", lastActivityAt: startedAt + 20 });
});

test("a conversation without a folder works in its workspace's, and a relative folder begins there", async () => {
  await using desk = await start();
  for (const folder of ["ground", "ground/inner", "inner"]) await mkdir(join(desk.folder, folder));
  await desk.call(putWorkspace, { workspaceId: "w", defaultCwd: join(desk.folder, "ground") });
  await desk.turn("c1", "w");
  await desk.turn("c1", "w", "inner");
  await desk.turn("c1", "w", desk.folder);
  await desk.turn("c2", "other", "inner");
  await desk.call(setWorkspaceCwd, { workspaceId: "w", defaultCwd: "inner" });
  await desk.turn("c3", "w");
  await desk.call(setWorkspaceCwd, { workspaceId: "w", defaultCwd: null });
  await desk.turn("c4", "w");
  const shown = desk.folders.map((folder) => folder.replace(desk.folder, "~"));
  expect(shown).toEqual(["~/ground", "~/ground/inner", "~", "~/inner", "~/inner", "~"]);
});

test("deleting closes its conversations, running ones too, moves them to default and forgets it", async () => {
  const gate = new Gate();
  await using desk = await start({ answers: [hello, hello, [part.text("a"), gate, part.finish("stop")]] });
  await desk.call(putWorkspace, { workspaceId: "w", title: "W", defaultCwd: "/" });
  await desk.turn("c1", "w");
  await desk.turn("c2", "w");
  await desk.conversations.close("c2");
  const running = await desk.conversations.submit({ conversationId: "c3", text: "Hi", workspaceId: "w" });
  await gate.reached;
  desk.statuses.length = 0;
  expect(await desk.call(deleteWorkspace, { workspaceId: "w" })).toEqual({ workspaceId: "w", closedCount: 3 });
  expect((await Array.fromAsync(running.events)).flat().find(({ event }) => event.type === "done")?.event).toMatchObject({
    reason: "aborted",
  });
  const records = await desk.log.list({});
  expect(records.map(({ id, status, workspaceId }) => `${id} ${status} ${workspaceId}`).sort()).toEqual([
    "c1 closed default",
    "c2 closed default",
    "c3 closed default",
  ]);
  expect(desk.statuses.filter((status) => status.endsWith("closed")).sort()).toEqual(["c1 closed", "c3 closed"]);
  await expect(desk.call(getWorkspace, { workspaceId: "w" })).rejects.toMatchObject({ kind: "missing" });
  expect((await desk.call(listWorkspaces, {})).workspaces).toMatchObject([{ id: "default", conversationCount: 3 }]);
});

test("default cannot be deleted; one that is not there is nothing to delete", async () => {
  await using desk = await start();
  await desk.turn("c");
  await expect(desk.call(deleteWorkspace, { workspaceId: "default" })).rejects.toMatchObject({
    kind: "conflict",
    code: "workspaces/default-stays",
  });
  expect((await desk.log.record("c"))?.status).toBe("idle");
  expect(await desk.call(deleteWorkspace, { workspaceId: "gone" })).toEqual({ workspaceId: "gone", closedCount: 0 });
});

test("a deletion that fails midway leaves the workspace, and a second attempt goes on", async () => {
  let at = 1;
  for (let failed = true; failed; at++) {
    const storage = new FaultInjector(new MemoryStorage());
    await using desk = await start({ storage });
    await desk.call(putWorkspace, { workspaceId: "w" });
    for (const id of ["c1", "c2"]) await desk.turn(id, "w");
    storage.arm({ operation: "commit", at, when: "before", lasting: true });
    failed = await desk.call(deleteWorkspace, { workspaceId: "w" }).then(
      () => false,
      () => true,
    );
    storage.disarm();
    if (failed) expect(await desk.call(getWorkspace, { workspaceId: "w" })).toMatchObject({ id: "w" });
    await desk.call(deleteWorkspace, { workspaceId: "w" });
    const records = await desk.log.list({});
    expect(records.map(({ status, workspaceId }) => `${status} ${workspaceId}`)).toEqual(["closed default", "closed default"]);
    await expect(desk.call(getWorkspace, { workspaceId: "w" })).rejects.toMatchObject({ kind: "missing" });
  }
  expect(at).toBeGreaterThan(3);
});

test("what was said of a workspace survives the server", async () => {
  const storage = new MemoryStorage();
  {
    await using desk = await start({ storage });
    await desk.call(putWorkspace, { workspaceId: "w", title: "W", defaultCwd: "/" });
    await desk.call(starWorkspace, { workspaceId: "w" });
  }
  await using desk = await start({ storage });
  expect(await desk.call(getWorkspace, { workspaceId: "w" })).toMatchObject({
    title: "W",
    defaultCwd: "/",
    starred: true,
    createdAt: startedAt,
  });
  await desk.turn("c", "w");
  expect(desk.folders).toEqual(["/"]);
});
