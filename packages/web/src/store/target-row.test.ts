import { expect, test } from "vitest";
import { type Row, rowKeyOf } from "./rows.ts";
import { targetRow } from "./target-row.ts";

const row = (key: string, text: string): Row => ({ kind: "text", key, text, live: false });

test("of a text in pieces, the piece that holds the word is meant, and the first when none does", () => {
  const rows = [row("c1", "Needle elsewhere"), row("c2", "one"), row("c2.1", "two Needle"), row("c20", "needle")];
  expect(targetRow(rows, "c2", ["needle"])?.key).toBe("c2.1");
  expect(targetRow(rows, "c2", ["absent"])?.key).toBe("c2");
  expect(targetRow(rows, "c3", ["needle"])).toBeUndefined();
});

test("a chunk is shown by its own row, a result by its call's, an image by the row of what was said with it", () => {
  const chunk = (seq: number, role: "user" | "assistant" | "tool", messageId: string, content: object) =>
    ({ seq, role, messageId, chunk: content }) as never;
  const log = [
    chunk(1, "user", "m1", { type: "text", text: "look" }),
    chunk(2, "user", "m1", { type: "image", url: "data:image/png;base64," }),
    chunk(3, "assistant", "m2", { type: "tool-call", toolCallId: "t", toolName: "x", input: {} }),
    chunk(4, "tool", "m3", { type: "tool-result", toolCallId: "t", toolName: "x", content: "", isError: false }),
    chunk(5, "assistant", "m4", { type: "text", text: "done" }),
  ];
  expect([1, 2, 3, 4, 5, 6].map((seq) => rowKeyOf(log, new Map([[5, "live"]]), seq))).toEqual(["c1", "c1", "c3", "c3", "live", undefined]);
});
