import { contentChunk, doneEvent, finishChunk, roleChunk, textAnswer, toolCallAnswer, usageChunk } from "@dispatch/testkit";
import { stampText } from "../stamp.ts";
import { noteName } from "./notes.ts";
import { deltasOf, type Script } from "./script.ts";

const usage = { promptTokens: 100, completionTokens: 20 };
const callCharsMax = 64;

/**
 * The answer of a script that is not paced, as whole server-sent events. `resultsSoFar` is the number of tool results in the request: a
 * script that reads goes by it, because the fake keeps nothing between requests.
 */
export function answerOf(script: Script, resultsSoFar: number): readonly string[] {
  const answer =
    script.kind === "reads" && resultsSoFar < script.steps * script.readsPerStep
      ? readCalls(script.readsPerStep, resultsSoFar)
      : text(script);
  return answer.split(/(?<=\n\n)/);
}

/** What a paced stream sends before, at, and after its deltas. */
export const pacedBeginning = roleChunk();
export const pacedDelta = (index: number, sentMicros: number): string => contentChunk(stampText(index, sentMicros));
export const pacedEnding: readonly string[] = [finishChunk("stop"), usageChunk(usage), doneEvent];

function text(script: Script): string {
  const deltas = Array.from({ length: deltasOf(script) }, (_, index) => stampText(index, 0));
  return textAnswer(deltas, usage);
}

/** Each call reads a file of its own: a repeated call would meet the guards against loops. */
function readCalls(readsPerStep: number, resultsSoFar: number): string {
  const calls = Array.from({ length: readsPerStep }, (_, at) => {
    const index = resultsSoFar + at;
    return { id: `call-${index}`, name: "read_file", arguments: JSON.stringify({ path: noteName(index) }) };
  });
  return toolCallAnswer(calls, callCharsMax, usage);
}
