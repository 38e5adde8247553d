import type { Message } from "@dispatch/kernel";
import type { Chunk } from "@dispatch/wire";
import fc from "fast-check";

const message = (id: string, role: Message["role"], ...chunks: readonly Chunk[]): Message => ({
  id,
  role,
  parts: chunks.map((chunk) => ({ chunk })),
});

export const user = (id: string, text = id): Message => message(id, "user", { type: "text", text });
export const answer = (id: string, text = id): Message => message(id, "assistant", { type: "text", text });
export const summary = (text = "what was"): Message => message("summary", "system", { type: "text", text });
export const call = (id: string, ...callIds: readonly string[]): Message =>
  message(
    id,
    "assistant",
    ...callIds.map((toolCallId) => ({ type: "tool-call" as const, toolCallId, toolName: "read_file", input: { path: toolCallId } })),
  );
export const result = (toolCallId: string, content = toolCallId, isError = false): Message =>
  message(`result-${toolCallId}`, "tool", { type: "tool-result", toolCallId, toolName: "read_file", content, isError });

/** One step with calls and their results. */
export const step = (id: string, contents: readonly string[]): readonly Message[] => {
  const callIds = contents.map((_, index) => `${id}-${index}`);
  return [call(id, ...callIds), ...callIds.map((callId, index) => result(callId, contents[index]))];
};

const lengths = fc.integer({ min: 0, max: 4_000 });
const stepShape = fc.array(lengths, { minLength: 1, maxLength: 4 });

export interface AnyView {
  readonly view: readonly Message[];
  /** Finished steps of the running turn, which is the last; its prompt has the id `prompt`. */
  readonly steps: number;
}

/** Turns with steps of any size, the last of them running; half of them behind a summary. */
export const anyView: fc.Arbitrary<AnyView> = fc
  .record({
    before: fc.array(fc.record({ prompt: lengths, steps: fc.array(stepShape, { maxLength: 3 }), said: lengths }), { maxLength: 5 }),
    folded: fc.boolean(),
    prompt: lengths,
    running: fc.array(stepShape, { minLength: 1, maxLength: 8 }),
    steering: fc.boolean(),
  })
  .map(({ before, folded, prompt, running, steering }) => ({
    view: [
      ...(folded ? [summary("s".repeat(500))] : []),
      ...before.flatMap((turn, at) => [
        user(`p${at}`, "u".repeat(turn.prompt)),
        ...turn.steps.flatMap((contents, index) =>
          step(
            `s${at}-${index}`,
            contents.map((length) => "r".repeat(length)),
          ),
        ),
        answer(`a${at}`, "a".repeat(turn.said)),
      ]),
      user("prompt", "u".repeat(prompt)),
      ...running.flatMap((contents, index) =>
        step(
          `r-${index}`,
          contents.map((length) => "r".repeat(length)),
        ),
      ),
      ...(steering ? [user("steering")] : []),
    ],
    steps: running.length,
  }));
