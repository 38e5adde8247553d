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
