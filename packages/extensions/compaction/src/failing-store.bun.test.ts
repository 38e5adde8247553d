import { FaultInjector, type StorageOperation } from "@dispatch/testkit";
import { compactConversation } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { type ChatRequest, type Desk, looks, openDesk, says } from "./desk.fixture.ts";

const step = (request: ChatRequest, n: number) =>
  n < 5 ? looks(request, n, { chars: 1_600, note: `${n} ${"y".repeat(5_000)}` }) : says(request, "Done.");

async function openBroken(): Promise<{ readonly desk: Desk; readonly storage: FaultInjector }> {
  let storage: FaultInjector | undefined;
  const desk = await openDesk({
    contextWindow: 8_000,
    step,
    decorate: (database) => {
      storage = new FaultInjector(database);
      return storage;
    },
  });
  if (storage === undefined) throw new Error("nobody asked for the storage");
  return { desk, storage };
}

async function expectWhole(desk: Desk): Promise<void> {
  const chunks = await desk.log.chunks("c", {});
  expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
  const archives = (await desk.log.list({})).filter(({ id }) => id !== "c");
  expect(archives).toHaveLength(chunks.filter(({ role }) => role === "system").length);
}

/** Runs with the n-th operation of that kind failing; says whether it came to that. */
async function survives(operation: StorageOperation, at: number, when: "before" | "after"): Promise<boolean> {
  const { desk, storage } = await openBroken();
  await using _desk = desk;
  storage.arm({ operation, at, when });
  const before = storage.counts[operation];
  const events = await desk.turn("Look.").catch(() => []);
  if (events.length > 0) expect(events.at(-1)).toMatchObject({ type: "turn-sealed" });
  const struck = storage.counts[operation] - before >= at;
  storage.disarm();
  // A prompt whose commit was lost on its way back is a turn that is taken up now.
  await desk.conversations.queue("c");
  await desk.conversations.settled("c", 60_000, new AbortController().signal);
  const again = await desk.turn("And now?");
  expect(again.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
  await desk
    .call(compactConversation, { conversationId: "c", keepLastN: 1 })
    .catch(({ kind }: { kind: string }) => expect(kind).toBe("conflict"));
  await expectWhole(desk);
  return struck;
}

test.each(["get", "commit"] as const)(
  "whichever %s fails in a turn that is compacted, the turn is sealed, the log whole, and the next turn works",
  async (operation) => {
    let at = 1;
    while ((await survives(operation, at, "before")) && (await survives(operation, at, "after"))) at++;
    expect(at).toBeGreaterThan(operation === "commit" ? 8 : 2);
  },
  120_000,
);
