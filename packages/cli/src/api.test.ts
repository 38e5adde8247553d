import { getHealth } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { answerBytesMax } from "./answer-body.ts";
import { createApi } from "./api.ts";

const pieceBytes = 1024 * 1024;

/** A server whose answer has that many pieces, all blank. */
function apiOf(pieces: number) {
  const piece = new Uint8Array(pieceBytes).fill(32);
  let left = pieces;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const api = createApi({ send: async () => new Response(body) }, new AbortController().signal);
  return { api, read: () => pieces - Math.max(0, left) };
}

// Reaches answerBytesMax.
test("an answer that does not end is given up at its bound, and what fits is read whole", async () => {
  const fits = answerBytesMax / pieceBytes;
  expect(fits).toBe(64);
  await expect(apiOf(fits).api.call(getHealth, {})).rejects.toMatchObject({ code: "cli/unexpected-answer" });
  const { api, read } = apiOf(fits + 10);
  await expect(api.call(getHealth, {})).rejects.toMatchObject({ code: "cli/endless-answer" });
  expect(read()).toBe(fits + 1);
});
