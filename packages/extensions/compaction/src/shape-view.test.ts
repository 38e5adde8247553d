import fc from "fast-check";
import { expect, test } from "vitest";
import { anyView, call, result, summary, user } from "./messages.fixture.ts";
import { oldOutputs, withoutOutput } from "./outputs.ts";
import { marksFor, noMarks, shapeView, summaryIntroduction } from "./shape-view.ts";

test("without marks and without a summary the view is the log's own", () => {
  const view = [user("a"), call("b", "1"), result("1")];
  expect(shapeView(view, noMarks)).toBe(view);
});

test("equal marks give an equal view, and messages that stay are the same objects", () => {
  fc.assert(
    fc.property(anyView, fc.integer({ min: 0, max: 20_000 }), ({ view }, protectedChars) => {
      const marks = { pruned: oldOutputs(view, protectedChars), carried: [] };
      const [once, again] = [shapeView(view, marks), shapeView([...view], { ...marks })];
      expect(JSON.stringify(again)).toBe(JSON.stringify(once));
      expect(once.map(({ id }) => id)).toEqual(view.map(({ id }) => id));
      for (const [index, message] of once.entries()) expect(again[index]).toBe(message);
      // What grows behind changes nothing before.
      expect(shapeView([...view, user("later")], marks).slice(0, -1)).toEqual(once);
    }),
  );
});

test("the summary is said by the user, first of all", () => {
  const [told, ...rest] = shapeView([summary("## Goal\nx"), user("a")], noMarks);
  expect(told).toMatchObject({ id: "summary", role: "user" });
  expect(told?.parts).toEqual([{ chunk: { type: "text", text: `${summaryIntroduction}\n\n<summary>\n## Goal\nx\n</summary>` } }]);
  expect(rest).toEqual([user("a")]);
});

test("a carried prompt shows as long as its neighbours are what they were", () => {
  const carried = [{ before: "b", prompt: user("p") }];
  const ids = (view: Parameters<typeof shapeView>[0]) => shapeView(view, { pruned: [], carried }).map(({ id }) => id);
  expect(ids([summary(), user("b"), user("c")])).toEqual(["summary", "p", "b", "c"]);
  expect(ids([summary(), user("c")])).toEqual(["summary", "c"]);
  expect(ids([user("a"), user("b")])).toEqual(["a", "b"]);
  expect(marksFor([user("c")], { pruned: ["x", "c"], carried })).toEqual({ pruned: ["c"], carried: [] });
});

test("the newest outputs, the newest step and short outputs are never left out", () => {
  fc.assert(
    fc.property(anyView, fc.integer({ min: 0, max: 20_000 }), ({ view }, protectedChars) => {
      const old = new Set(oldOutputs(view, protectedChars));
      const newestStep = view.findLastIndex(({ role }) => role === "assistant");
      let chars = 0;
      for (const [index, { id, role, parts }] of [...view.entries()].reverse()) {
        const content = parts[0]?.chunk.type === "tool-result" ? parts[0].chunk.content : "";
        if (role === "tool") chars += content.length;
        const mayGo = role === "tool" && index < newestStep && chars > protectedChars && content.length >= 800;
        expect(old.has(id), id).toBe(mayGo);
      }
    }),
  );
});

// Reaches quotedCharsMax.
test("a note says how much was there, how it began, and how to see it again", () => {
  const noted = withoutOutput(result("1", `first\nline ${"x".repeat(2_000)}`));
  expect(noted.parts[0]?.chunk).toMatchObject({
    toolCallId: "1",
    isError: false,
    content: expect.stringMatching(
      /^\[Left out to save room: 2011 characters that read_file returned, beginning “first line x{109}”\. To see them, make the same call/,
    ),
  });
  expect(withoutOutput(result("1"))).not.toBe(noted);
  const kept = withoutOutput(
    result("2", "head\n… 9 characters are left out here; the whole result is in /tmp/a.txt, page it with read_file …\ntail"),
  );
  expect(kept.parts[0]?.chunk).toMatchObject({ content: expect.stringContaining("To see them, read /tmp/a.txt.") });
});
