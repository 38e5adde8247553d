import type { ConversationRecord } from "@dispatch/conversation-store/contract";
import { FakeClock, RecordingLog } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pruneDaily } from "./daily.ts";
import { off } from "./policy.ts";
import { type PrunePorts, pruneBy, prunedMax } from "./prune.ts";

const dayMs = 86_400_000;
const now = 1_000 * dayMs;
const signal = new AbortController().signal;
const none = { conversationDays: 0, imageDays: 0, outputDays: 0 };

const member = fc.record({
  status: fc.constantFrom("closed", "closed", "closed", "idle", "active"),
  days: fc.integer({ min: 0, max: 60 }),
});
const families = fc.array(fc.array(member, { minLength: 1, maxLength: 4 }), { maxLength: 8 });
const recordsOf = (given: readonly (readonly { status: string; days: number }[])[]) =>
  given.map((family, n) =>
    family.map(
      ({ status, days }, m) => ({ id: `${n}.${m}`, title: "t", status, lastActivityAt: now - days * dayMs }) as ConversationRecord,
    ),
  );

function portsOf(records: readonly (readonly ConversationRecord[])[], over: Partial<PrunePorts> = {}) {
  const removed: string[] = [];
  const remove: PrunePorts["conversations"]["remove"] = async (id) => {
    removed.push(id);
    return { conversationIds: [id] };
  };
  const ports: PrunePorts = {
    log: { families: async () => records },
    conversations: { remove },
    leftovers: [],
    clock: new FakeClock(now),
    ...over,
  };
  return { ports, removed };
}

test("what goes is exactly the families that are closed as a whole and past their days; nothing goes when it is only shown, or without days", async () => {
  await fc.assert(
    fc.asyncProperty(families, fc.integer({ min: 1, max: 50 }), async (given, conversationDays) => {
      const records = recordsOf(given);
      const shown = portsOf(records);
      const pruned = await pruneBy({ ...none, conversationDays }, false, shown.ports, signal);
      const past = given.flatMap((family, n) =>
        family.every(({ status, days }) => status === "closed" && days > conversationDays) ? [`${n}.0`] : [],
      );
      expect(pruned.conversations.map(({ conversationId }) => conversationId).sort()).toEqual(past);
      const ages = pruned.conversations.map(({ lastActivityAt }) => lastActivityAt);
      expect(ages).toEqual([...ages].sort((a, b) => a - b));
      expect(shown.removed).toEqual([]);
      const applied = portsOf(records);
      await pruneBy({ ...none, conversationDays }, true, applied.ports, signal);
      expect(applied.removed.sort()).toEqual(past);
      const kept = portsOf(records);
      await pruneBy(none, true, kept.ports, signal);
      expect(kept.removed).toEqual([]);
    }),
  );
});

test("one that cannot be removed is told with the reason, and the others go; a call removes so many and says how many are left", async () => {
  const records = recordsOf(Array.from({ length: prunedMax + 2 }, () => [{ status: "closed", days: 50 }]));
  const { ports, removed } = portsOf(records);
  const { remove } = ports.conversations;
  const stuck: PrunePorts["conversations"]["remove"] = (id) => (id === "3.0" ? Promise.reject(new Error("The disk is full.")) : remove(id));
  const pruned = await pruneBy({ ...none, conversationDays: 30 }, true, { ...ports, conversations: { remove: stuck } }, signal);
  expect(pruned.conversations.filter(({ kept }) => kept !== undefined)).toMatchObject([
    { conversationId: "3.0", kept: expect.stringContaining("The disk is full.") },
  ]);
  expect([removed.length, pruned.more]).toEqual([prunedMax - 1, 2]);
});

test("leftovers are swept by the days of their kind, and not without", async () => {
  const asked: object[] = [];
  const leftovers = (["images", "outputs"] as const).map((kind) => ({
    kind,
    async sweep({ beforeMs, remove }: { beforeMs: number; remove: boolean }) {
      asked.push({ kind, days: (now - beforeMs) / dayMs, remove });
      return { files: 2, sizeBytes: 10 };
    },
  }));
  const { ports } = portsOf([], { leftovers: [...leftovers, ...leftovers] });
  expect(await pruneBy({ ...none, imageDays: 3 }, false, ports, signal)).toMatchObject({
    images: { files: 4, sizeBytes: 20 },
    outputs: { files: 0 },
  });
  await pruneBy({ ...none, outputDays: 5 }, true, ports, signal);
  const image = { kind: "images", days: 3, remove: false };
  const output = { kind: "outputs", days: 5, remove: true };
  expect(asked).toEqual([image, image, output, output]);
});

// Reaches jumpMsMax.
test("once a day where that is switched on, never on a day on which the clock was set, and a failure waits for the next day", async () => {
  const clock = new FakeClock(now);
  const log = new RecordingLog();
  let [jumpMs, automatic, fails, rounds] = [0, false, false, 0];
  const end = new AbortController();
  const running = pruneDaily(
    {
      clock: { now: () => clock.now() + jumpMs, monotonic: () => clock.monotonic(), sleep: (ms, until) => clock.sleep(ms, until) },
      journal: log,
      policy: async () => ({ ...off, conversationDays: 30, automatic }),
      async prune() {
        rounds += 1;
        if (fails) throw new Error("The disk is full.");
        return { conversations: [], more: 0, images: { files: 0, sizeBytes: 0 }, outputs: { files: 0, sizeBytes: 0 } };
      },
    },
    end.signal,
  );
  const aDay = async () => {
    await clock.untilSleeping(1);
    await clock.advance(dayMs);
    await clock.untilSleeping(1);
    return rounds;
  };
  expect(await aDay()).toBe(0);
  automatic = true;
  expect(await aDay()).toBe(1);
  jumpMs = 3_600_000;
  expect([await aDay(), log.told("prune-skipped").length]).toEqual([2, 0]);
  jumpMs -= 3_600_001;
  expect([await aDay(), log.told("prune-skipped").length]).toEqual([2, 1]);
  jumpMs = 400 * dayMs;
  expect([await aDay(), log.told("prune-skipped").length]).toEqual([2, 2]);
  expect(await aDay()).toBe(3);
  fails = true;
  expect([await aDay(), log.told("prune-failed").length]).toEqual([4, 1]);
  end.abort();
  await running;
});
