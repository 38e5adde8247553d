import { silentLog } from "@dispatch/kernel";
import { implement } from "@dispatch/op-registry/contract";
import { getCwd } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { chatRoute } from "./chat.ts";
import { ChatStreams } from "./chat-streams.ts";
import { memoryConversations } from "./conversations.fixture.ts";
import { opRoute } from "./op-route.ts";
import type { Call, Connection } from "./route.ts";
import { tellFault } from "./tell-fault.ts";

function call(request: Request, told: string[]): Call {
  const connection: Connection = {
    allowSilence: () => told.push("silence"),
    forbidSilence: () => told.push("no silence"),
    upgrade: () => false,
    peer: () => ({ address: "127.0.0.1", port: 1, serverPort: 2 }),
  };
  return { request, connection, visitor: { caller: { name: "local", via: "http" } }, params: { conversationId: "c1" }, query: () => ({}) };
}

test("an op may be silent as soon as its input is read, and not before", async () => {
  const told: string[] = [];
  const op = implement(getCwd, ({ conversationId }) => ({ conversationId, cwd: null }));
  const registry = { all: () => [op], openApi: () => ({}), call: async () => told.push("called") };
  await opRoute(op, registry).answer(call(new Request("http://localhost/"), told));
  expect(told).toEqual(["silence", "called"]);
});

test("a chat may be silent as soon as its message is read, and not before", async () => {
  const told: string[] = [];
  const conversations = memoryConversations();
  const route = chatRoute({
    conversations: {
      ...conversations,
      submit(given) {
        told.push("submitted");
        return conversations.submit(given);
      },
    },
    streams: new ChatStreams(),
    newTurnId: () => "turn-2",
    acted: () => {},
    tell: tellFault(silentLog, (fault) => fault),
  });
  const refused = call(new Request("http://localhost/", { method: "POST", body: "{" }), told);
  await expect(Promise.resolve(route.answer(refused))).rejects.toMatchObject({ kind: "invalid" });
  expect(told).toEqual([]);
  const answer = await route.answer(call(new Request("http://localhost/", { method: "POST", body: '{"message":"a"}' }), told));
  expect(told).toEqual(["silence", "submitted"]);
  expect(await answer.text()).toContain("turn-sealed");
});
