import type { Command } from "../command.ts";
import { diffPrompts } from "./diff-prompts.ts";
import { exportSpans } from "./export-spans.ts";
import { errors, slowSpans } from "./list-spans.ts";
import { listTurns } from "./list-turns.ts";
import { recordTurn } from "./record-turn.ts";
import { replayTurn } from "./replay-turn.ts";
import { showPrompt } from "./show-prompt.ts";
import { showSpan } from "./show-span.ts";
import { turnTree } from "./turn-tree.ts";

export const trace: Command = {
  name: "trace",
  summary: "What happened in a turn, as a tree.",
  ...turnTree,
  within: [listTurns, slowSpans, errors, showSpan, showPrompt, diffPrompts, exportSpans, replayTurn, recordTurn],
};
