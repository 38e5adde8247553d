import { expect, test } from "vitest";
import { answerBody } from "./answer-body.ts";
import { livingStream } from "./living-stream.ts";
import { inTime } from "./patience.ts";

const nothing = () => new ReadableStream<Uint8Array>({});

test("an answer that stops in the middle is given up, and its connection with it", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
    cancel() {
      cancelled = true;
    },
  });
  await expect(answerBody(body, { sizeBytesMax: 10, patienceMs: 5 })).rejects.toMatchObject({
    code: "cli/silent-server",
    kind: "unavailable",
  });
  expect(cancelled).toBe(true);
  await expect(answerBody(nothing(), { sizeBytesMax: 10, patienceMs: 5 })).rejects.toMatchObject({ code: "cli/silent-server" });
});

test("an answer is bounded by its bytes", async () => {
  const body = (text: string) => new Response(text).body;
  await expect(answerBody(body("1234567890"), { sizeBytesMax: 10, patienceMs: 1_000 })).resolves.toBe("1234567890");
  await expect(answerBody(body("12345678901"), { sizeBytesMax: 10, patienceMs: 1_000 })).rejects.toMatchObject({
    code: "cli/endless-answer",
  });
});

test("a silent stream goes on as long as its server answers, and ends with why it does not", async () => {
  const pieces = Promise.withResolvers<string>();
  async function* slow() {
    yield "a";
    yield await pieces.promise;
  }
  let asked = 0;
  const ask = async () => {
    if (++asked === 3) pieces.resolve("b");
  };
  expect(await Array.fromAsync(livingStream(slow(), { silenceMs: 1, ask }))).toEqual(["a", "b"]);
  expect(asked).toBeGreaterThanOrEqual(3);
  async function* stuck() {
    yield "a";
    await new Promise(() => {});
  }
  const gone = () => Promise.reject(new Error("nobody answers"));
  const seen: string[] = [];
  const read = async () => {
    for await (const piece of livingStream(stuck(), { silenceMs: 1, ask: gone })) seen.push(piece);
  };
  await expect(read()).rejects.toThrow("nobody answers");
  expect(seen).toEqual(["a"]);
});

test("what is in time passes, also when it fails", async () => {
  const late = () => new Error("late");
  await expect(inTime(Promise.resolve(1), 1_000, late)).resolves.toBe(1);
  await expect(inTime(Promise.reject(new Error("own")), 1_000, late)).rejects.toThrow("own");
  await expect(inTime(new Promise(() => {}), 1, late)).rejects.toThrow("late");
});
