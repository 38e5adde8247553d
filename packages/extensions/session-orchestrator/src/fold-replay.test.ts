import type { AgentEvent } from "@dispatch/wire";
import { expect, test } from "vitest";
import type { SharedEvent } from "./contract.ts";
import { foldReplay } from "./fold-replay.ts";

const ids = { conversationId: "c", turnId: "t" };
const shared = (event: AgentEvent): SharedEvent => ({ event, json: JSON.stringify(event) });
const text = (delta: string) => shared({ type: "text-delta", ...ids, delta });
const thought = (delta: string) => shared({ type: "reasoning-delta", ...ids, delta });
const output = (toolCallId: string, data: string, stream: "stdout" | "stderr" = "stdout") =>
  shared({ type: "tool-output", ...ids, toolCallId, stream, data });
const start = shared({ type: "turn-start", ...ids });

test("pieces of one text in a row become one; everything else keeps its place", () => {
  const events = [
    start,
    text("a"),
    text("b"),
    thought("c"),
    text("d"),
    output("1", "x"),
    output("1", "y"),
    output("1", "z", "stderr"),
    output("2", "w"),
  ];
  const folded = [start, text("ab"), thought("c"), text("d"), output("1", "xy"), output("1", "z", "stderr"), output("2", "w")];
  expect(foldReplay(events)).toEqual(folded);
  expect(foldReplay(folded)).toEqual(folded);
});

// Reaches outputCharsMax.
test("of a long output the beginning stays, with one note, also when it is folded again and again", () => {
  let events = foldReplay([start, output("1", "x".repeat(60_000)), output("1", "y".repeat(60_000)), output("2", "short")]);
  for (let n = 0; n < 3; n++) events = foldReplay([...events, output("1", "z".repeat(60_000)), output("2", "!")]);
  const of = (call: string) =>
    events.flatMap(({ event }) => (event.type === "tool-output" && event.toolCallId === call ? [event.data] : [])).join("");
  expect(of("1")).toMatch(/^x{60000}y{5536}\n\[the rest of the live output is not repeated\]\n$/);
  expect(of("2")).toBe("short!!!");
  expect(events.every(({ event, json }) => json === JSON.stringify(event))).toBe(true);
});
