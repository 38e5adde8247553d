import { asFault, type Turn, type TurnPorts } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { CallRecorder } from "./call-recorder.ts";
import { InputGate } from "./input-gate.ts";
import type { RecordedHead, RecordedPage } from "./recording.ts";
import { RecordingSheet } from "./recording-sheet.ts";

// Reaches idCopiesMax.
test("a call under an id that comes from nowhere notes ten thousand ids that would be taken, and ends", () => {
  const pages: RecordedPage[] = [];
  const sheet = new RecordingSheet({} as RecordedHead, new FakeClock(), (page) => pages.push(page));
  const gate = new InputGate(async () => {});
  const recorder = new CallRecorder({ tools: [] } as unknown as Turn, {} as TurnPorts, { sheet, gate, asFault });
  const call = { type: "tool-call", conversationId: "c1", turnId: "t1", stepId: "t1#0", toolName: "look", input: {} } as const;
  recorder.heard("a");
  recorder.told({ ...call, toolCallId: "a_3" });
  recorder.heard("b");
  recorder.told({ ...call, toolCallId: "elsewhere" });
  sheet.end("stop");
  const taken = pages.flatMap(({ takenCallIds = [] }) => takenCallIds);
  expect(taken.slice(0, 4)).toEqual(["a", "a_2", "b", "b_2"]);
  expect(taken).toHaveLength(2 + 9_998);
});
