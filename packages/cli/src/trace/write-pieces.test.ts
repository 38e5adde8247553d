import { expect, test } from "vitest";
import { createScreen } from "../screen.ts";
import { writePieces } from "./write-pieces.ts";

function pipe() {
  const written: string[] = [];
  const sink = { isTerminal: false, columns: 80, write: async (text: string) => void written.push(text) };
  return { written, screen: createScreen({ stdout: sink, stderr: sink, colours: false }) };
}

// Reaches togetherMax.
test("a pipe gets a thousand pieces with one write, and what is more with the next", async () => {
  const { written, screen } = pipe();
  const pieces = Array.from({ length: 2_001 }, (_, n) => ({ text: `${n}\n` }));
  await writePieces(pieces, screen);
  expect(written.map((text) => text.split("\n").length - 1)).toEqual([1_000, 1_000, 1]);
  expect(written.join("")).toBe(pieces.map(({ text }) => text).join(""));
});
