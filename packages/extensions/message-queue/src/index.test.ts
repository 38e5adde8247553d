import { ChangeFeed } from "@dispatch/change-feed";
import { boot, type Host } from "@dispatch/kernel";
import { Conversations, QueueChanged } from "@dispatch/session-orchestrator/contract";
import surfaceRegistry from "@dispatch/surface-registry";
import { SurfaceChanged, SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { bootOptions, extensionLaws, FakeClock, surfaceLaws, testExtension } from "@dispatch/testkit";
import type { QueuedMessage } from "@dispatch/wire";
import { expect, test } from "vitest";
import extension from "./index.ts";
import { queueSurface } from "./surface.ts";

/** Stands where the session-orchestrator stands. */
function orchestrator() {
  const queues = new Map<string, readonly QueuedMessage[]>();
  const hosts: Host[] = [];
  const stand = testExtension("session-orchestrator", {
    tier: "core",
    activate(host) {
      hosts.push(host);
      host.provide(Conversations, { queue: async (id: string) => queues.get(id) ?? [] } as Partial<Conversations> as Conversations);
    },
  });
  return {
    stand,
    set(conversationId: string, queue: readonly QueuedMessage[]) {
      queues.set(conversationId, queue);
      hosts[0]?.fire(QueueChanged, { conversationId, queue });
    },
  };
}

for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension, others: [orchestrator().stand, surfaceRegistry] })));

for (const [law, hold] of Object.entries(surfaceLaws)) {
  test(law, () =>
    hold(async () => {
      const queues = new Map<string, QueuedMessage[]>();
      const changed = new ChangeFeed();
      return {
        surface: queueSurface({ queue: async (id) => [...(queues.get(id) ?? [])], changed }),
        change(id) {
          const queue = queues.get(id) ?? [];
          queues.set(id, [...queue, { id: `m${queue.length}`, text: "later", queuedAt: 1 }]);
          changed.emit(id);
        },
      };
    }),
  );
}

test("the queue of the conversation is shown as it is, and every change of it is told", async () => {
  const { stand, set } = orchestrator();
  const changes: unknown[] = [];
  const listener = testExtension("listener", {
    dependsOn: ["surface-registry"],
    activate: (host) => void host.on(SurfaceChanged, (change) => void changes.push(change)),
  });
  const clock = new FakeClock();
  const kernel = await boot(bootOptions([stand, surfaceRegistry, listener, extension], { clock }));
  const registry = kernel.use(SurfaceRegistry);
  const shown = async (id?: string) => (await registry.spec("message-queue", id)).fields;
  const custom = (messages: readonly QueuedMessage[]) => [{ kind: "custom", rendererId: "message-queue", payload: { messages } }];
  const message = { id: "m1", text: "later", queuedAt: 5 };

  expect([await shown(), await shown("c1")]).toEqual([custom([]), custom([])]);
  set("c1", [message]);
  expect([await shown(), await shown("c1"), await shown("c2")]).toEqual([custom([]), custom([message]), custom([])]);
  await clock.advance(0);
  set("c1", []);
  expect(await shown("c1")).toEqual(custom([]));
  await clock.advance(0);
  expect(changes).toEqual(Array.from({ length: 2 }, () => ({ surfaceId: "message-queue", conversationId: "c1" })));
});
