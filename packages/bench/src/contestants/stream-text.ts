import { join } from "node:path";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { isStepCount, type ModelMessage, streamText, tool } from "ai";
import { z } from "zod";
import { earlierMessages } from "../history.ts";
import type { Contestant } from "./contestant.ts";

const stepsMax = 200;

/** What one would write by hand: the AI SDK's loop with the same tool, in this process, nothing kept. */
export function streamTextContestant(modelUrl: string): Contestant {
  const provider = createOpenAICompatible({ name: "bench", baseURL: modelUrl, apiKey: "bench", includeUsage: true });
  const past = new Map<number, ModelMessage[]>();
  const pastOf = (count: number): ModelMessage[] => {
    const messages = past.get(count) ?? earlierMessages(count).map(({ role, text }): ModelMessage => ({ role, content: text }));
    past.set(count, messages);
    return messages;
  };
  return async ({ model, prompt, folder = ".", earlier = 0 }, see) => {
    const result = streamText({
      model: provider(model),
      messages: [...pastOf(earlier), { role: "user", content: prompt }],
      tools: { read_file: readFile(folder) },
      stopWhen: isStepCount(stepsMax),
      onError: () => {}, // the stream below tells it
    });
    for await (const part of result.stream) {
      if (part.type === "text-delta") see(part.text);
      if (part.type === "error") throw part.error;
      if (part.type === "tool-error") throw part.error;
    }
  };
}

const readFile = (folder: string) =>
  tool({
    description: "Read a text file as numbered lines.",
    inputSchema: z.object({ path: z.string().describe("File to read, relative to the working directory.") }),
    async execute({ path }) {
      const text = await Bun.file(join(folder, path)).text();
      return text
        .split("\n")
        .map((line, index) => `${index + 1}\t${line}`)
        .join("\n");
    },
  });
