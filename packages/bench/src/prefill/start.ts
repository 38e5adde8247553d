import { bunScript, childEnv, keep } from "../children.ts";

const script = new URL("./main.ts", import.meta.url).pathname;

/** Writes a conversation with that many messages into a database that no server has open. Answers its id. */
export async function prefill(database: string, messages: number): Promise<string> {
  const child = keep(Bun.spawn(bunScript(script, database, String(messages)), { env: childEnv(), stdio: ["ignore", "pipe", "inherit"] }));
  const conversationId = (await child.stdout.text()).trim();
  const code = await child.exited;
  if (code !== 0) throw new Error(`the prefill ended with ${code}`);
  return conversationId;
}
