import { expect, test } from "vitest";
import { CallIds } from "./call-ids.ts";

test("an id that is free is kept, one that is taken or missing gets a fresh one", () => {
  const ids = new CallIds([
    { id: "m", role: "assistant", parts: [{ chunk: { type: "tool-call", toolCallId: "call_0", toolName: "look", input: {} } }] },
  ]);
  expect(["call_1", "call_0", "call_0", "call_1", "", ""].map((id) => ids.claim(id))).toEqual([
    "call_1",
    "call_0_2",
    "call_0_3",
    "call_1_2",
    "call",
    "call_2",
  ]);
});
