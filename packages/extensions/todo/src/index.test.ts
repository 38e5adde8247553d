import { boot, type Host, type Storage, Tools } from "@dispatch/kernel";
import surfaceRegistry from "@dispatch/surface-registry";
import { type SurfaceChange, SurfaceChanged, SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { bootOptions, extensionLaws, FakeClock, MemoryStorage, MemoryWorkspace, testExtension, toolCall } from "@dispatch/testkit";
import { expect, test } from "vitest";
import extension from "./index.ts";

const desk = testExtension("session-orchestrator");
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension, others: [desk, surfaceRegistry] })));

async function start(storage: Storage) {
  const clock = new FakeClock();
  const hosts: Host[] = [];
  const changes: SurfaceChange[] = [];
  const reader = testExtension("reader", {
    dependsOn: ["surface-registry"],
    activate(host) {
      hosts.push(host);
      host.on(SurfaceChanged, (change) => void changes.push(change));
    },
  });
  const kernel = await boot(bootOptions([desk, surfaceRegistry, extension, reader], { storage, clock }));
  const [host = expect.fail("not activated")] = hosts;
  const tool = host.gather(Tools).find(({ name }) => name === "todo_write") ?? expect.fail("no tool");
  return {
    kernel,
    clock,
    changes,
    registry: kernel.use(SurfaceRegistry),
    write: async (todos: unknown) => tool.run({ todos }, toolCall(new MemoryWorkspace())),
  };
}

const task = { content: "Plan", status: "pending", priority: "medium" };
const spec = (todos: readonly object[]) => ({
  id: "todo",
  region: "side",
  title: "Tasks",
  fields: [{ kind: "custom", rendererId: "todo", payload: { todos } }],
});

test("the surface shows the list of its conversation, empty where there is none, and tells when it changes", async () => {
  const { registry, write, changes, clock } = await start(new MemoryStorage());
  expect(registry.catalog()).toEqual([{ id: "todo", region: "side", title: "Tasks", scope: "conversation" }]);
  expect(await registry.spec("todo")).toEqual(spec([]));
  await write([task]);
  await clock.advance(0);
  expect(changes).toEqual([{ surfaceId: "todo", conversationId: "c1" }]);
  expect(await registry.spec("todo", "c1")).toEqual(spec([task]));
  expect(await registry.spec("todo", "c2")).toEqual(spec([]));
});

test("the list is there after a restart", async () => {
  const storage = new MemoryStorage();
  const first = await start(storage);
  await first.write([task]);
  await first.kernel[Symbol.asyncDispose]();
  const { registry } = await start(storage);
  expect(await registry.spec("todo", "c1")).toEqual(spec([task]));
});
