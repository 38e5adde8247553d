import type { Op } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import type { Answer, Api } from "./api.ts";
import { resolveConversationId } from "./conversation-id.ts";

/** A server that knows so many conversations, all of which begin alike. */
const serverOf = (count: number): Api => ({
  async call<Input, Output>(_: Op<Input, Output>): Promise<Answer<Output>> {
    const conversations = Array.from({ length: count }, (_, n) => ({ id: `abc${n}`, title: `Title ${n}` }));
    return { output: { conversations } as Output, raw: undefined };
  },
  chat: () => Promise.reject(new Error("nobody chats")),
});
const refusal = (count: number) => resolveConversationId("abc", serverOf(count)).catch((thrown: Error) => thrown.message);

// Reaches listedMax.
test("of the conversations that an id may mean twenty are named, and how many more there are", async () => {
  const lines = String(await refusal(23)).split("\n");
  expect([lines.length, lines[1], lines[20], lines[21]]).toEqual([22, "  abc0 Title 0", "  abc19 Title 19", "  and 3 more"]);
  expect(String(await refusal(20)).split("\n")).toHaveLength(21);
});
