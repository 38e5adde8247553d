import { expect, test } from "vitest";
import { LiveOutput } from "./live-output.ts";

const open = () => {
  let rings = 0;
  const output = new LiveOutput(() => rings++);
  return { output, rings: () => rings };
};

test("neighbours of one call and stream become one piece, others keep their order", () => {
  const { output, rings } = open();
  output.push("a", { stream: "stdout", data: "1" });
  output.push("a", { stream: "stdout", data: "2" });
  output.push("a", { stream: "stderr", data: "3" });
  output.push("b", { stream: "stderr", data: "4" });
  output.push("b", { stream: "stderr", data: "" });
  expect(output.drain()).toEqual([
    { toolCallId: "a", stream: "stdout", data: "12" },
    { toolCallId: "a", stream: "stderr", data: "3" },
    { toolCallId: "b", stream: "stderr", data: "4" },
  ]);
  expect(rings()).toBe(4);
  expect([output.isEmpty, output.drain()]).toEqual([true, []]);
});

// Reaches waitingCharsMax.
test("what comes faster than it is read is skipped, with one note, until it is read again", () => {
  const { output } = open();
  for (let sent = 0; sent < 100; sent++) output.push("a", { stream: "stdout", data: "x".repeat(10_000) });
  const [piece] = output.drain();
  expect(piece?.data.length).toBeLessThan(270_000);
  expect(piece?.data.match(/skipped/g)).toHaveLength(1);
  output.push("a", { stream: "stdout", data: "again" });
  expect(output.drain()).toEqual([{ toolCallId: "a", stream: "stdout", data: "again" }]);
});

// Reaches callCharsMax.
test("a call that never stops talking is heard up to a limit, once told, and holds up no other call", () => {
  const { output } = open();
  let heard = "";
  for (let sent = 0; sent < 300; sent++) {
    output.push("a", { stream: "stdout", data: "x".repeat(10_000) });
    heard += output.drain().map(({ data }) => data)[0] ?? "";
  }
  expect(heard.length).toBeGreaterThan(1_000_000);
  expect(heard.length).toBeLessThan(1_100_000);
  expect(heard).toMatch(/^x+\n\[the output goes on[^\n]*\n$/);
  output.push("b", { stream: "stdout", data: "hello" });
  expect(output.drain()).toEqual([{ toolCallId: "b", stream: "stdout", data: "hello" }]);
});
