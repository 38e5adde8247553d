import { type ModelServerRequest, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { isSummary, shownTo } from "./model-view.ts";
import type { Scene } from "./scene.ts";

const summary = "## Goal\nFiles.";
const usageOf = ({ body }: ModelServerRequest) => ({ promptTokens: Math.ceil(JSON.stringify(body).length / 4), completionTokens: 10 });

/** Four turns, then a summary because somebody asks for one. */
export const compaction: Scene = {
  name: "compaction on request",
  conversations: ["c1"],
  folds: true,
  answer: (request) => textAnswer([isSummary(request) ? summary : "An answer."], usageOf(request)),
  async act(people) {
    for (let turn = 1; turn <= 4; turn++) await people.say("c1", `Question ${turn}.`);
    await people.compact("c1", 2);
  },
};

const files = 5;
const prompt = "Write the files.";

/** A turn that outgrows its model and is folded between two of its steps. */
export const foldedTurn: Scene = {
  name: "compaction in the middle of a turn",
  conversations: ["c1"],
  folds: true,
  contextWindow: 9_000,
  byteStride: 11,
  answer(request) {
    if (isSummary(request)) return textAnswer([summary], usageOf(request));
    const messages = shownTo(request);
    const written = messages.flatMap(({ tool_calls = [] }) =>
      tool_calls.map((call) => JSON.parse(call.function.arguments) as { path: string }),
    );
    const step = Math.max(-1, ...written.map(({ path }) => Number.parseInt(path.slice(1), 10))) + 1;
    const isOver = messages.findLast(({ role }) => role === "user")?.content === "Go on now." || step >= files;
    if (isOver) return textAnswer(["Done."], usageOf(request));
    const input = { path: `f${step}.txt`, content: `${step} ${"y".repeat(6_000)}`, overwrite: true };
    return toolCallAnswer([{ id: `write-${step}`, name: "write_file", arguments: JSON.stringify(input) }], 4_096, usageOf(request));
  },
  act: async (people) => void (await people.say("c1", prompt)),
};
