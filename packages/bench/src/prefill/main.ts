import conversationStore from "@dispatch/conversation-store";
import { ConversationLog } from "@dispatch/conversation-store/contract";
import { boot, type Message } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { bootOptions } from "@dispatch/testkit";
import { earlierMessages } from "../history.ts";

/** Writes a long conversation as our server would have, in a process of its own that is gone when the server starts. Prints its id. */
const [database = "", count = "0"] = process.argv.slice(2);
const conversationId = "bench-long";
const messagesPerCommit = 500;

await using storage = await openSqliteStorage({ path: database, durability: "process" });
await using kernel = await boot(bootOptions([opRegistry, conversationStore], { storage }));
const writer = await kernel.use(ConversationLog).write(conversationId, () => {});
const messages = earlierMessages(Number(count)).map(
  ({ role, text }, index): Message => ({ id: `earlier-${index}`, role, parts: [{ chunk: { type: "text", text } }] }),
);
for (let at = 0; at < messages.length; at += messagesPerCommit) {
  for (const message of messages.slice(at, at + messagesPerCommit)) writer.append(message);
  await writer.landed("now");
}
writer.change({ status: "idle" });
await writer.landed("now");
console.log(conversationId);
