import { expect, test } from "vitest";
import { auditPieces } from "./access-pieces.ts";

const entry = { id: "1", at: 0, who: "ann", via: "http", address: null, readonly: false, what: "tokens.create", outcome: "done" };
const line = (input: string) =>
  auditPieces({ entries: [{ ...entry, input }], more: false })
    .map(({ text }) => text)
    .join("");

// Reaches inputCharsMax.
test("of what somebody asked for as much is shown as stands in a line", () => {
  expect(line("x".repeat(120))).toContain(` | ${"x".repeat(120)}\n`);
  expect(line("x".repeat(121))).toContain(` | ${"x".repeat(120)}…\n`);
});
