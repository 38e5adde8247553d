import type { StoredChunk } from "@dispatch/wire";
import { startTurn } from "../contestants/dispatch.ts";
import { pacedModel } from "../fake-model/script.ts";
import type { Server } from "../server.ts";
import type { Stage } from "../stage.ts";
import { stampsIn } from "../stamp.ts";
import type { Workload } from "./workload.ts";

const deltas = 100;
const everyMs = 5;

/** What a person has seen must be there after the power switch. The server dies after a different number of deltas in each round. */
export const sigkill: Workload = {
  id: "W7",
  title: "SIGKILL in mid-stream",
  rounds: { usual: 20, quick: 3 },
  async run(stage) {
    const kills: { killAfter: number; seen: number; lost: readonly string[] }[] = [];
    for (let round = 0; round < stage.rounds; round += 1) {
      const killAfter = 1 + Math.floor((round * (deltas - 2)) / Math.max(1, stage.rounds - 1));
      kills.push({ killAfter, ...(await killOnce(stage, killAfter)) });
    }
    const lost = kills.reduce((sum, kill) => sum + kill.lost.length, 0);
    const seen = kills.reduce((sum, kill) => sum + kill.seen, 0);
    return {
      findings: [
        {
          workload: "W7",
          what: "SIGKILL in mid-stream: seen deltas lost",
          unit: "",
          dispatch: lost,
          measured: lost,
          measuredUnit: "",
          aim: { atMost: 0 },
          note: `${stage.rounds} kills, ${seen} deltas seen`,
        },
      ],
      details: { kills },
    };
  },
};

async function killOnce(stage: Stage, killAfter: number) {
  const folder = await stage.folder();
  const first = await stage.server(folder);
  const { conversationId, text } = await readUntilKilled(first, killAfter);
  const second = await stage.server(folder);
  const stored = new Set(stampsIn(await storedText(second, conversationId)));
  await second.kill();
  const seen = stampsIn(text);
  if (seen.length < killAfter)
    throw new Error(`the stream ended after ${seen.length} deltas, before the kill at ${killAfter}: ${text.slice(-500)}`);
  return { seen: seen.length, lost: seen.filter((stamp) => !stored.has(stamp)) };
}

/** Reads on after the kill: what was under way to the client was seen by the client. */
async function readUntilKilled(server: Server, killAfter: number) {
  const response = await startTurn(server.url, { message: "Talk until you die.", model: `opencode/${pacedModel(deltas, everyMs)}` });
  const conversationId = response.headers.get("x-conversation-id");
  if (conversationId === null || response.body === null) throw new Error(`no turn was started: ${response.status}`);
  const decoder = new TextDecoder();
  let text = "";
  let dying: Promise<void> | undefined;
  try {
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true });
      if (dying === undefined && stampsIn(text).length >= killAfter) dying = server.kill();
    }
  } catch (thrown) {
    if (dying === undefined) throw thrown;
  }
  await (dying ?? server.kill());
  return { conversationId, text: text.slice(0, text.lastIndexOf("\n") + 1) };
}

async function storedText(server: Server, conversationId: string): Promise<string> {
  const response = await fetch(`${server.url}/conversations/${conversationId}`);
  if (!response.ok) throw new Error(`GET /conversations/${conversationId} answered ${response.status}`);
  const { chunks } = (await response.json()) as { readonly chunks: readonly StoredChunk[] };
  return chunks.map(({ chunk }) => (chunk.type === "text" ? chunk.text : "")).join("\n");
}
