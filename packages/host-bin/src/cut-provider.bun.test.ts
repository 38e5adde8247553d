import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { contentChunk, inPieces, startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startApi, types } from "./api.fixture.ts";

const content = "The quick brown fox jumps over the lazy dog.";
const answer =
  contentChunk("I write it. ") +
  toolCallAnswer([{ id: "w", name: "write_file", arguments: JSON.stringify({ path: "out.txt", content, overwrite: true }) }], 7);
const bytes = Buffer.byteLength(answer);
/** Before the first text a cut is asked again, after a wait: those places have tests of their own, with a clock that they move. */
const firstText = Buffer.byteLength(contentChunk("I write it. "));

test("an answer that is cut anywhere seals its turn, and no call runs but a whole one", async () => {
  await using api = await startApi((request) => {
    const { messages } = request.body as { messages: readonly { role: string; content: unknown }[] };
    const last = messages.at(-1);
    if (last?.role === "tool") return textAnswer(["Done."]);
    const [, at = "0", size = "1"] = /cut (\d+) (\d+)/.exec(String(last?.content)) ?? [];
    const cutAt = Number(at);
    const pieces = inPieces(Buffer.from(answer).subarray(0, cutAt).toString(), Array(bytes).fill(Number(size)));
    return { steps: cutAt >= bytes ? [answer] : [...pieces, "cut"] };
  });
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: firstText, max: bytes }), fc.integer({ min: 1, max: 200 }), async (cutAt, size) => {
      const conversationId = `cut-${turn++}`;
      const seen = await api.chat({ conversationId, message: `cut ${cutAt} ${size}` });
      expect(types(seen).filter((type) => type === "done")).toHaveLength(1);
      expect(types(seen).at(-1)).toBe("turn-sealed");
      const whole = cutAt >= bytes;
      expect(seen.find(({ type }) => type === "done")).toMatchObject({ reason: whole ? "stop" : "error" });
      const written = await readFile(join(api.folder, "out.txt"), "utf8").catch(() => undefined);
      expect(written === undefined || written === content).toBe(true);
      const { chunks } = (await api.get<{ chunks: { chunk: { type: string } }[] }>(`/conversations/${conversationId}`)).body;
      const count = (type: string) => chunks.filter(({ chunk }) => chunk.type === type).length;
      expect(count("tool-result")).toBe(count("tool-call"));
    }),
    {
      numRuns: 60,
      examples: [
        [bytes, 50],
        [firstText, 1],
        [bytes - 1, 10],
      ],
    },
  );
}, 120_000);

test("a provider that cannot be reached is asked again, and stop ends the wait", async () => {
  const gone = await startModelServer({ script: [] });
  await gone[Symbol.asyncDispose]();
  await using api = await startApi([], { DISPATCH_BASE_URL: gone.url });
  const { response, events } = await api.begin({ conversationId: "c", message: "Hi" });
  expect(response.status).toBe(200);
  const { body } = await api.send<{ abortedTurn: boolean }>("POST", "/conversations/c/stop");
  expect(body.abortedTurn).toBe(true);
  expect(types(await events).slice(-2)).toEqual(["done", "turn-sealed"]);
});
