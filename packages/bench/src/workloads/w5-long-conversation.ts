import { deltasOf, scriptOf, shortModel } from "../fake-model/script.ts";
import { prefill } from "../prefill/start.ts";
import { databaseIn } from "../server.ts";
import type { Stage } from "../stage.ts";
import { median } from "../statistics.ts";
import { allTotals, assertWhole, interleave, oneTurn, totals } from "./interleave.ts";
import type { Workload } from "./workload.ts";

const earlier = 10_000;
const warmUp = 3;
const coldRounds = { usual: 5, quick: 1 };
const prompt = "And what does the last part do?";

/** Whether a turn gets dearer with all that was said before. The request to the model grows for everyone: the floor shows by how much. */
export const longConversation: Workload = {
  id: "W5",
  title: "a turn on a conversation of 10,000 messages",
  rounds: { usual: 25, quick: 3 },
  async run(stage) {
    const folder = await stage.folder();
    const conversationId = await prefill(databaseIn(folder), earlier);
    const coldMs = await firstTurns(stage, folder, conversationId);
    const clients = await stage.clients(await stage.server(folder));
    const rounds = await interleave(clients, {
      rounds: stage.rounds,
      warmUp,
      job: (name) => oneTurn({ model: shortModel, prompt, ...(name === "dispatch" ? { conversationId } : { earlier }) }),
    });
    const script = scriptOf(shortModel);
    assertWhole(rounds, script ? deltasOf(script) : 0);
    const ms = {
      floor: median(totals(rounds.floor)),
      streamText: median(totals(rounds.streamText)),
      dispatch: median(totals(rounds.dispatch)),
    };
    return {
      findings: [
        {
          workload: "W5",
          what: "a turn on a conversation of 10,000 messages",
          unit: "ms",
          ...ms,
          measured: ms.dispatch / ms.streamText,
          measuredUnit: "×",
          aim: { atMost: 1.2 },
        },
        {
          workload: "W5",
          what: "the same, as the first turn of a fresh server",
          unit: "ms",
          dispatch: median(coldMs),
          measured: median(coldMs) / ms.streamText,
          measuredUnit: "×",
        },
      ],
      details: {
        coldMs,
        totalMs: allTotals(rounds),
      },
    };
  },
};

/** Nothing of the conversation is in memory yet, and nothing of the server is compiled. */
async function firstTurns(stage: Stage, folder: string, conversationId: string): Promise<readonly number[]> {
  const coldMs: number[] = [];
  const count = stage.rounds < coldRounds.usual ? coldRounds.quick : coldRounds.usual;
  for (let round = 0; round < count; round += 1) {
    const server = await stage.server(folder);
    const client = await stage.client("dispatch", server.url);
    const outcome = await client.perform(oneTurn({ model: shortModel, prompt, conversationId }));
    coldMs.push(outcome.totalMs);
    await server.kill();
  }
  return coldMs;
}
