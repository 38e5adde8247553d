import { expect, test } from "vitest";
import { chatErrorBody, contentChunk, doneEvent, textAnswer } from "./chat-completions.ts";
import { inPieces, type ModelScript, startModelServer } from "./model-server.ts";

const ask = (url: string, init: RequestInit = {}) =>
  fetch(`${url}/chat/completions`, { method: "POST", body: JSON.stringify({ stream: true }), ...init });

async function read(response: Response): Promise<{ readonly text: string; readonly failed: boolean }> {
  let text = "";
  try {
    for await (const bytes of response.body ?? []) text += new TextDecoder().decode(bytes);
    return { text, failed: false };
  } catch {
    return { text, failed: true };
  }
}

test("requests get their answers in order, and what comes after the last is told so", async () => {
  await using server = await startModelServer({ script: [textAnswer(["a"]), textAnswer(["b"])] });
  expect((await read(await ask(server.url))).text).toBe(textAnswer(["a"]));
  expect((await read(await ask(server.url))).text).toBe(textAnswer(["b"]));
  const third = await ask(server.url);
  expect(third.status).toBe(500);
  expect(await third.text()).toContain("no answer for request 3");
});

test("a request is recorded with its headers and its parsed body", async () => {
  await using server = await startModelServer({ script: ["x"] });
  await read(await ask(server.url, { headers: { authorization: "Bearer k" } }));
  const request = await server.request(1);
  await request.over;
  expect(request).toMatchObject({ body: { stream: true }, aborted: false });
  expect(request.headers.authorization).toBe("Bearer k");
});

test("a refusal carries its status and headers", async () => {
  const script: ModelScript = () => ({ status: 429, headers: { "retry-after": "7" }, steps: [chatErrorBody("slow down")] });
  await using server = await startModelServer({ script });
  const response = await ask(server.url);
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
});

test("a cut ends the connection after exactly the bytes before it", async () => {
  await using server = await startModelServer({ script: [{ steps: [...inPieces("0123456789", [1, 2, 3]), "cut"] }] });
  expect(await read(await ask(server.url))).toEqual({ text: "0123456789", failed: true });
  const request = await server.request(1);
  await request.over;
  expect(request.aborted).toBe(false);
});

test("an answer waits for its gate", async () => {
  const gate = Promise.withResolvers<void>();
  await using server = await startModelServer({ script: [{ steps: ["one ", { until: gate.promise }, "two"] }] });
  const response = await ask(server.url);
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("one ");
  expect(server.bytesSent).toBe(4);
  gate.resolve();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("two");
});

test("a client that leaves a stalled answer is recorded as aborted", async () => {
  for (const steps of [["stall"], [contentChunk("a"), "stall"]] as const) {
    await using server = await startModelServer({ script: [{ steps }] });
    const leaving = new AbortController();
    const response = ask(server.url, { signal: leaving.signal }).then(read, () => undefined);
    const request = await server.request(1);
    leaving.abort();
    await request.over;
    expect(request.aborted).toBe(true);
    await response;
  }
});

test("a watched byte is the last one sent while its call runs", async () => {
  await using server = await startModelServer({ script: [textAnswer(["a", "b"]), doneEvent] });
  const first = new TextEncoder().encode(textAnswer(["a", "b"])).length;
  const seen: number[] = [];
  for (const count of [1, 17, first, first + 3]) server.atByte(count, () => void seen.push(server.bytesSent));
  await read(await ask(server.url));
  expect(seen).toEqual([1, 17, first]);
  expect((await read(await ask(server.url))).text).toBe(doneEvent);
  expect(seen).toEqual([1, 17, first, first + 3]);
});

test("models are listed, or the listing fails as told", async () => {
  await using server = await startModelServer({ script: [], models: ["m-1", "m-2"] });
  const body = (await (await fetch(`${server.url}/models`)).json()) as { data: { id: string }[] };
  expect(body.data.map(({ id }) => id)).toEqual(["m-1", "m-2"]);
  await using broken = await startModelServer({ script: [], models: { status: 503, steps: ["no"] } });
  expect((await fetch(`${broken.url}/models`)).status).toBe(503);
  expect(server.lists).toBe(1);
});
