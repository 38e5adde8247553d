import { boot, defineExtension, type Host } from "@dispatch/kernel";
import { bootOptions, extensionLaws, FakeClock, RecordingLog, testExtension } from "@dispatch/testkit";
import type { SurfaceCatalogEntry } from "@dispatch/ui-contract";
import { expect, test } from "vitest";
import { CatalogChanged, type Surface, type SurfaceChange, SurfaceChanged, SurfaceRegistry, Surfaces } from "./contract.ts";
import extension from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension })));

/** A surface whose changes a test tells. */
function tasks(fields: Partial<Surface> = {}) {
  const told = new TransformStream<string | undefined>();
  const writer = told.writable.getWriter();
  const surface: Surface = {
    id: "tasks",
    region: "side",
    title: "Tasks",
    scope: "conversation",
    read: (conversationId) => [{ kind: "stat", label: "Of", value: conversationId ?? "nobody" }],
    changes: () => told.readable.values(),
    actions: {},
    ...fields,
  };
  return { surface, change: (id?: string) => writer.write(id) };
}

async function start(surfaces: readonly Surface[] = []) {
  const hosts: Host[] = [];
  const changes: SurfaceChange[] = [];
  const catalogs: (readonly SurfaceCatalogEntry[])[] = [];
  const log = new RecordingLog();
  const clock = new FakeClock();
  const owner = defineExtension({
    ...testExtension("owner"),
    dependsOn: ["surface-registry"],
    activate(host) {
      hosts.push(host);
      host.on(SurfaceChanged, (change) => void changes.push(change));
      host.on(CatalogChanged, (catalog) => void catalogs.push(catalog));
      for (const surface of surfaces) host.contribute(Surfaces, surface);
    },
  });
  const kernel = await boot(bootOptions([extension, owner], { log, clock }));
  const [host = expect.fail("not activated")] = hosts;
  return { kernel, host, registry: kernel.use(SurfaceRegistry), changes, catalogs, log, clock };
}

const status = (value: unknown) => [{ kind: "stat", label: "Status", value }];

test("the catalog lists every surface without its functions, and is the same list until one comes or goes", async () => {
  const { registry, host, catalogs } = await start([tasks().surface]);
  const first = registry.catalog();
  expect(first).toEqual([{ id: "tasks", region: "side", title: "Tasks", scope: "conversation" }]);
  expect(registry.catalog()).toBe(first);
  const late = host.contribute(Surfaces, tasks({ id: "late", scope: "global" }).surface);
  expect(registry.catalog().map(({ id }) => id)).toEqual(["tasks", "late"]);
  late[Symbol.dispose]();
  expect(catalogs.map((catalog) => catalog.map(({ id }) => id))).toEqual([["tasks"], ["tasks", "late"], ["tasks"]]);
});

test("a spec holds what the surface shows of that conversation, or its empty state", async () => {
  const { registry } = await start([tasks().surface]);
  const head = { id: "tasks", region: "side", title: "Tasks" };
  expect(await registry.spec("tasks", "c1")).toEqual({ ...head, fields: [{ kind: "stat", label: "Of", value: "c1" }] });
  expect(await registry.spec("tasks")).toEqual({ ...head, fields: [{ kind: "stat", label: "Of", value: "nobody" }] });
});

test("a surface that reads asynchronously in time leaves no timer behind", async () => {
  const { registry, clock } = await start([tasks({ read: async () => [] }).surface]);
  expect((await registry.spec("tasks")).fields).toEqual([]);
  expect(clock.sleeping).toBe(0);
});

test("a surface that throws, or that gives something else than fields in time, shows that it is not available, and the others are not touched", async () => {
  const broken = tasks({
    id: "broken",
    read() {
      throw new Error("a secret of the surface");
    },
  });
  const rejecting = tasks({ id: "rejecting", read: () => Promise.reject(new Error("a secret of the surface")) });
  const hanging = tasks({ id: "hanging", read: () => new Promise<never>(() => {}) });
  const { registry, log, clock } = await start([broken.surface, rejecting.surface, hanging.surface, tasks().surface]);
  for (const id of ["broken", "rejecting"]) {
    const spec = await registry.spec(id);
    expect(spec).toEqual({ id, region: "side", title: "Tasks", fields: status(expect.stringContaining("Not available")) });
    expect(JSON.stringify(spec)).not.toContain("secret");
  }
  const waiting = registry.spec("hanging");
  await clock.advanceToNext();
  expect((await waiting).fields).toEqual(status(expect.stringContaining("Not available")));
  expect((await registry.spec("tasks")).fields).toHaveLength(1);
  expect(log.told("surface-failed").map(({ attributes }) => attributes.surface)).toEqual(["broken", "rejecting", "hanging"]);
  expect(clock.sleeping).toBe(0);
});

test("an unknown surface and an unknown action are missing, and the nearest is named", async () => {
  const { registry } = await start([tasks({ actions: { "tasks/clear": async () => {} } }).surface]);
  await expect(registry.spec("task")).rejects.toMatchObject({ code: "surface-registry/unknown-surface", kind: "missing" });
  await expect(registry.spec("task")).rejects.toThrow("did you mean tasks?");
  await expect(registry.invoke("nothing", "x", 1)).rejects.toMatchObject({ code: "surface-registry/unknown-surface" });
  await expect(registry.invoke("tasks", "tasks/claer", 1)).rejects.toThrow("did you mean tasks/clear?");
  for (const name of ["constructor", "toString", "__proto__"])
    await expect(registry.invoke("tasks", name, 1)).rejects.toMatchObject({ code: "surface-registry/unknown-action", kind: "missing" });
});

test("an action gets the payload and the conversation as they came, and what it raises is handed on", async () => {
  const seen: unknown[] = [];
  const { surface } = tasks({
    actions: {
      note: async (payload, conversationId) => void seen.push([payload, conversationId]),
      fail: () => Promise.reject(new Error("no")),
    },
  });
  const { registry } = await start([surface]);
  await registry.invoke("tasks", "note", { a: 1 }, "c1");
  await registry.invoke("tasks", "note", undefined);
  expect(seen).toEqual([
    [{ a: 1 }, "c1"],
    [undefined, undefined],
  ]);
  await expect(registry.invoke("tasks", "fail", 1)).rejects.toThrow("no");
});

test("changes are told with their conversation, or for everything without one", async () => {
  const { surface, change } = tasks();
  const { changes, clock } = await start([surface]);
  await change("c1");
  await change();
  await clock.advance(0);
  expect(changes).toEqual([{ surfaceId: "tasks", conversationId: "c1" }, { surfaceId: "tasks" }]);
});

test("a surface whose changes fail is journaled and still read; the others stay live", async () => {
  const failing = tasks({
    id: "failing",
    async *changes() {
      yield "c1";
      throw new Error("no more");
    },
  });
  const throwing = tasks({
    id: "throwing",
    changes() {
      throw new Error("none at all");
    },
  });
  const { surface, change } = tasks();
  const { registry, changes, clock, log } = await start([failing.surface, throwing.surface, surface]);
  await clock.advance(0);
  expect(log.told("task-failed").map(({ attributes }) => attributes.task)).toEqual(["changes of throwing", "changes of failing"]);
  await change("c2");
  await clock.advance(0);
  expect(changes).toEqual([
    { surfaceId: "failing", conversationId: "c1" },
    { surfaceId: "tasks", conversationId: "c2" },
  ]);
  expect((await registry.spec("failing")).fields).toHaveLength(1);
});

test("a surface that goes is asked for changes no longer", async () => {
  let ended = false;
  const { surface } = tasks({
    async *changes(signal) {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      ended = true;
    },
  });
  const { host, registry, clock } = await start();
  const contributed = host.contribute(Surfaces, surface);
  await clock.advance(0);
  expect(ended).toBe(false);
  contributed[Symbol.dispose]();
  await clock.advance(0);
  expect(ended).toBe(true);
  await expect(registry.spec("tasks")).rejects.toMatchObject({ kind: "missing" });
});

// Reaches readMsMax.
test("a surface has ten seconds to answer", async () => {
  const answer = Promise.withResolvers<readonly []>();
  const { registry, clock } = await start([
    tasks({ id: "slow", read: () => answer.promise }).surface,
    tasks({ id: "hanging", read: () => new Promise<never>(() => {}) }).surface,
  ]);
  const specs = [registry.spec("slow"), registry.spec("hanging")];
  await clock.advance(9_999);
  answer.resolve([]);
  expect((await specs[0])?.fields).toEqual([]);
  expect(clock.sleeping).toBe(1);
  await clock.advance(1);
  expect((await specs[1])?.fields).toEqual(status(expect.stringContaining("Not available")));
});
