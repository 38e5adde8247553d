import type { ConversationRecord } from "@dispatch/conversation-store/contract";
import { FakeClock, MemoryStore } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { createWorkspaces } from "./workspaces.ts";

// Reaches closingMax.
test("sixteen conversations of a workspace are closed at once when it is deleted", async () => {
  let [running, most] = [0, 0];
  const members = Array.from({ length: 40 }, (_, n) => ({ id: `c${n}`, status: "open" }) as unknown as ConversationRecord);
  const moved: string[] = [];
  const workspaces = createWorkspaces({
    store: new MemoryStore(),
    log: { list: async () => members },
    conversations: {
      async close() {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        return { abortedTurn: false };
      },
      async change(id) {
        moved.push(id);
        return members[0] as ConversationRecord;
      },
    },
    clock: new FakeClock(),
    deleting: (_, remove) => remove(),
  });
  expect(await workspaces.remove("w")).toBe(40);
  expect([most, running, moved.length]).toEqual([16, 0, 40]);
});
