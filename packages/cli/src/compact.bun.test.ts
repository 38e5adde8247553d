import { expect, test } from "vitest";
import { runCommand } from "./process.fixture.ts";
import { json, refusal, serve } from "./server.fixture.ts";

const path = "POST /conversations/c1/compact";
const conversation = { id: "c1", createdAt: 0, lastActivityAt: 0, title: "t", status: "idle", workspaceId: "default" };
const found = { "GET /conversations": () => json({ conversations: [conversation] }) };

test("compact prints one line with both counts, and gives only what was given", async () => {
  const done = { conversationId: "c1", newConversationId: "a1", messagesSummarized: 12, messagesKept: 1 };
  using server = serve({ ...found, [path]: () => json(done) });
  const plain = await runCommand(["compact", "c1", "--server", server.url]);
  expect(plain).toMatchObject({ stdout: "Compacted c1: 12 messages summarized, 1 kept. The archive is a1.\n", stderr: "", exitCode: 0 });
  await runCommand(["compact", "c1", "--keep-last-n", "4", "--model-name", "a/b", "--server", server.url]);
  const bodies = server.asked.filter(({ route }) => route === path).map(({ body }) => body);
  expect(bodies.map((body) => (typeof body === "string" ? JSON.parse(body || "{}") : (body ?? {})))).toEqual([
    {},
    { keepLastN: 4, modelName: "a/b" },
  ]);
});

test("a refusal is told, and exits as a conflict", async () => {
  const refused = { error: "A turn is running.", code: "compaction/turn-running", kind: "conflict" };
  using server = serve({ ...found, [path]: () => refusal(409, refused) });
  expect(await runCommand(["compact", "c1", "--server", server.url])).toMatchObject({ stderr: "Fatal: A turn is running.\n", exitCode: 5 });
});
