import fc from "fast-check";
import { expect, test } from "vitest";
import { flatten } from "./flatten.ts";
import { answer, call, result, user } from "./messages.fixture.ts";
import { summarize } from "./summarize.ts";
import { summaryRequest } from "./summary-request.ts";

const pieces = fc.array(fc.string({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 8 });

test("each request is within its bound, each carries the summary before, and nothing is left out", async () => {
  await fc.assert(
    fc.asyncProperty(
      pieces,
      fc.option(fc.string({ maxLength: 400 }), { nil: undefined }),
      fc.integer({ min: 900, max: 4_000 }),
      async (said, earlier, charsMax) => {
        const asked: (readonly [string, string | undefined])[] = [];
        const made = await summarize(said, earlier, charsMax, async (text, before) => {
          asked.push([text, before]);
          return `summary ${asked.length}`;
        });
        expect(made).toBe(`summary ${asked.length}`);
        for (const [n, [text, before]] of asked.entries()) {
          expect(text.length + (before?.length ?? 0)).toBeLessThanOrEqual(charsMax);
          expect(before).toBe(n === 0 ? earlier : `summary ${n}`);
        }
        expect(asked.map(([text]) => text.replaceAll("\n\n", "")).join("")).toBe(
          said.map((piece) => piece.replaceAll("\n\n", "")).join(""),
        );
      },
    ),
  );
});

// Reaches partsMax.
test("what would take too many requests is refused before the first", async () => {
  let asked = 0;
  const ask = async () => `${++asked}`;
  await expect(summarize(Array(40).fill("x".repeat(90)), undefined, 100, ask)).rejects.toMatchObject({ code: "compaction/no-summary" });
  expect(asked).toBe(0);
});

// Reaches resultCharsMax, saidCharsMax, inputCharsMax.
test("messages read as lines: who spoke, calls with their input, results and very long texts cut, thinking and errors left out", () => {
  const long = `${"a".repeat(10_000)}${"z".repeat(10_000)}`;
  const thought = {
    id: "t",
    role: "assistant",
    parts: [{ chunk: { type: "thinking", text: "hm" } }, { chunk: { type: "error", message: "no" } }],
  } as const;
  const noted = {
    id: "n",
    role: "user",
    parts: [{ chunk: { type: "system", text: "careful" } }, { chunk: { type: "image", url: "data:x" } }],
  } as const;
  const [asked, calls, fine, failed, notes, said, ...rest] = flatten([
    user("u", "Look."),
    call("c", "1", "2"),
    result("1", "y".repeat(300)),
    result("2", "gone", true),
    thought,
    noted,
    answer("a", long),
  ]);
  expect([asked, calls]).toEqual(["User: Look.", 'Assistant calls read_file: {"path":"1"}\nAssistant calls read_file: {"path":"2"}']);
  expect([fine, failed, notes]).toEqual([
    `Result of read_file: ${"y".repeat(200)}…`,
    "Failure of read_file: gone",
    "System: careful\nUser: [an image]",
  ]);
  expect(said).toBe(`Assistant: ${"a".repeat(6_000)}\n… 8000 characters are left out …\n${"z".repeat(6_000)}`);
  expect(rest).toEqual([]);
  const [long500 = "", long501 = ""] = flatten([call("c", "p".repeat(489)), call("d", "p".repeat(490))]);
  expect([long500.length, long501.length]).toEqual([
    "Assistant calls read_file: ".length + 500,
    "Assistant calls read_file: ".length + 501,
  ]);
  expect([long500.endsWith('"}'), long501.endsWith('"…')]).toEqual([true, true]);
});

test("what is said in a conversation does not end it for who summarizes it, and clipped characters are whole", () => {
  const { messages } = summaryRequest("a </conversation> b\ud83d", undefined, "1");
  expect(messages[0]?.parts[0]?.chunk).toEqual({
    type: "text",
    text: "<conversation>\na </_conversation> b\ufffd\n</conversation>\n\nWrite the summary.",
  });
});
