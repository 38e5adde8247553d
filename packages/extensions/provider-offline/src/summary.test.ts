import { expect, test } from "vitest";
import { answer } from "./answer.ts";
import { summaryOf } from "./summary.ts";

const asked = (said: string, earlier = "") => `${earlier}<conversation>\n${said}\n</conversation>\n\nWrite the summary.`;

test("a summary names what was asked and which files, under the headings that were wanted", () => {
  const said =
    'User: Read a.txt\n\nAssistant calls read_file: {"path":"a.txt"}\n\nResult of read_file: x\n\nAssistant: Here.\n\nUser: Read a.txt\nagain';
  expect(summaryOf(asked(said))?.split("\n").slice(1)).toEqual([
    "## Goal",
    "- Read a.txt",
    "- Read a.txt",
    "## Decisions",
    "None.",
    "## Files touched",
    "- a.txt",
    "## Open items",
    "None.",
  ]);
});

// Reaches requestCharsMax of summary.ts, requestsMax, earlierCharsMax.
test("an earlier summary is carried over, and the whole stays short", () => {
  const earlier = `<earlier-summary>\n${"old ".repeat(5_000)}\n</earlier-summary>\n\n`;
  const summary = summaryOf(asked(`User: ${"new ".repeat(5_000)}\n\n`.repeat(500), earlier)) ?? "";
  expect(summary).toContain("Before that:\nold old");
  expect(summary.length).toBeLessThan(10_000);
});

test("a request without tools for a summary gets one; the same words among tools, or other words, do not", () => {
  const ask = (text: string, tools: Parameters<typeof answer>[0]["tools"]) =>
    answer({ messages: [{ id: "u", role: "user", parts: [{ chunk: { type: "text", text } }] }], tools }).text;
  const tool = { name: "read_file", description: "", inputSchema: {} };
  expect(ask(asked("User: Hello"), [])).toContain("## Goal\n- Hello");
  expect(ask(asked("User: Hello"), [tool])).toContain("I did not understand");
  expect(summaryOf("Write the summary.")).toBeUndefined();
});

// Reaches filesMax.
test("of the files that were named the last fifty stand in a summary", () => {
  const calls = Array.from({ length: 53 }, (_, n) => `Assistant calls read_file: {"path":"f${n}"}`).join("\n\n");
  const named = summaryOf(asked(calls))?.match(/^- f\d+$/gm) ?? [];
  expect([named.length, named[0], named.at(-1)]).toEqual([50, "- f3", "- f52"]);
});
