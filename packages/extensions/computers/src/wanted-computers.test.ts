import type { ConversationRecord } from "@dispatch/conversation-store/contract";
import { expect, test } from "vitest";
import { WantedComputers } from "./wanted-computers.ts";

const record = (computerId: string | null) => ({ computerId, workspaceId: "w" }) as ConversationRecord;

test("it is asked once a turn", async () => {
  let asked = 0;
  const wanted = new WantedComputers({ record: async () => record(`c${++asked}`) }, async () => null);
  expect([await wanted.of("c", "t1"), await wanted.of("c", "t1"), await wanted.of("c", "t2")]).toEqual(["c1", "c1", "c2"]);
});

test("what could not be known is asked again", async () => {
  let fails = true;
  const wanted = new WantedComputers(
    { record: () => (fails ? Promise.reject(new Error("no")) : Promise.resolve(record(null))) },
    async () => "laptop",
  );
  await expect(wanted.of("c", "t")).rejects.toThrow("no");
  fails = false;
  expect(await wanted.of("c", "t")).toBe("laptop");
});

// Reaches turnsMax.
test("of more turns than a server has at once the one that began longest ago is asked again", async () => {
  let asked = 0;
  const wanted = new WantedComputers({ record: async () => record(`c${++asked}`) }, async () => null);
  for (let turn = 0; turn < 1_000; turn++) await wanted.of("c", `t${turn}`);
  expect([await wanted.of("c", "t0"), asked]).toEqual(["c1", 1_000]);
  await wanted.of("c", "one-more");
  expect([await wanted.of("c", "t1"), await wanted.of("c", "t0")]).toEqual(["c2", "c1002"]);
});
