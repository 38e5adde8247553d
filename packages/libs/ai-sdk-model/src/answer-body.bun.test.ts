import { contentChunk, ending, roleChunk } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { answerBody, type Exchange } from "./answer-body.ts";
import type { ReadRate } from "./read-rate.ts";

const rate = (holdMs: number, endHoldMs: number): ReadRate => ({ count() {}, late() {}, holdMs, endHoldMs });

/** All that is held shares one timer: when this is through, it has looked at everybody. */
async function anotherWasHeld(holdMs: number): Promise<void> {
  const { send, next } = open(holdMs);
  await send(contentChunk("a"));
  await next();
  const held = next();
  await send(contentChunk("b"));
  await held;
}

function open(holdMs: number, endHoldMs = 0, isStream = true) {
  const provider = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 16 });
  const writer = provider.writable.getWriter();
  const notes: number[] = [];
  let ends = 0;
  const exchange: Exchange = { note: (nowMs) => void notes.push(nowMs), close() {}, end: () => void ends++, failure: (thrown) => thrown };
  const reader = answerBody(provider.readable, exchange, isStream, rate(holdMs, endHoldMs)).getReader();
  const send = (text: string) => writer.write(new TextEncoder().encode(text));
  const next = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  return { send, next, writer, reader, notes, ends: () => ends };
}

test("while calm, what has come is handed on at once", async () => {
  const { send, next } = open(0);
  for (const text of ["a", "b", "c"]) {
    await send(contentChunk(text));
    expect(await next()).toBe(contentChunk(text));
  }
});

test("while busy, text waits for more of its kind, but the first never does", async () => {
  const { send, next } = open(30);
  await send(roleChunk());
  expect(await next()).toBe(roleChunk());
  await send(contentChunk("first "));
  expect(await next()).toBe(contentChunk("first "));
  const rest = next();
  const sentAt = performance.now();
  for (const text of ["b", "c", "d"]) await send(contentChunk(text));
  expect(await rest).toBe(contentChunk("bcd"));
  expect(performance.now() - sentAt).toBeGreaterThan(10);
});

test("a finish takes what was held along, at once", async () => {
  const { send, next, writer } = open(60_000);
  await send(contentChunk("a"));
  expect(await next()).toBe(contentChunk("a"));
  const rest = next();
  await send(contentChunk("b"));
  await send(ending("stop"));
  expect(await rest).toBe(contentChunk("b") + ending("stop"));
  await writer.close();
  expect(await next()).toBeUndefined();
});

test("while busy, the end of a complete stream waits, but its last text does not, and a failure does not", async () => {
  const { send, next, writer } = open(0, 30);
  await send(contentChunk("a"));
  expect(await next()).toBe(contentChunk("a"));
  const closedAt = performance.now();
  await writer.close();
  expect(await next()).toBeUndefined();
  expect(performance.now() - closedAt).toBeGreaterThanOrEqual(29);
  const failing = open(0, 60_000);
  void failing.writer.abort(new Error("gone")).catch(() => {});
  await expect(failing.next()).rejects.toThrow("gone");
});

test("a stream that is cancelled while its end waits complains to nobody", async () => {
  const { next, writer, reader } = open(0, 5);
  await writer.close();
  const last = next();
  await reader.cancel();
  expect(await last).toBeUndefined();
  await anotherWasHeld(20);
});

test("what is held when the stream ends or breaks is not lost", async () => {
  for (const end of ["close", "abort"] as const) {
    const { send, next, writer } = open(60_000);
    await send(contentChunk("a"));
    expect(await next()).toBe(contentChunk("a"));
    const rest = next();
    await send(contentChunk("b"));
    void writer[end](new Error("gone")).catch(() => {});
    expect(await rest).toBe(contentChunk("b"));
    if (end === "close") expect(await next()).toBeUndefined();
    else await expect(next()).rejects.toThrow("gone");
  }
});

test("a stream that was held and then ran empty stays open", async () => {
  const { send, next } = open(15);
  await send(contentChunk("a"));
  expect(await next()).toBe(contentChunk("a"));
  const second = next();
  await send(contentChunk("b"));
  await send(": now\n\n");
  expect(await second).toBe(`${contentChunk("b")}: now\n\n`);
  const third = next();
  await anotherWasHeld(40);
  await send(roleChunk());
  expect(await third).toBe(roleChunk());
});

// Reaches unreadLengthMax.
test("a taker that does not take stops the reading, and the provider is not blamed for it", async () => {
  const { send, next, notes } = open(0);
  const paragraph = contentChunk("x".repeat(60_000));
  const sending = Array.from({ length: 6 }, () => send(paragraph));
  await sending[4];
  expect(notes.at(-1)).toBe(Number.POSITIVE_INFINITY);
  let got = "";
  while (got.length < 6 * paragraph.length) got += await next();
  expect(got).toBe(paragraph.repeat(6));
  expect(notes.at(-1)).toBeLessThan(Number.POSITIVE_INFINITY);
});

// Reaches lineBytesMax.
test("a line without an end is not read for ever, and many lines may be longer together", async () => {
  const { writer, reader } = open(0);
  const mebibyte = new Uint8Array(1024 * 1024).fill(0x78);
  const withEnd = mebibyte.with(-1, 0x0a);
  const written = (async () => {
    for (let n = 0; n < 40; n++) await writer.write(withEnd);
    for (let n = 0; n < 40; n++) await writer.write(mebibyte);
  })().catch(() => {});
  let readBytes = 0;
  const read = async () => {
    for (;;) readBytes += (await reader.read()).value?.length ?? 0;
  };
  await expect(read()).rejects.toMatchObject({ name: "WireFailure", trouble: "endless" });
  expect(readBytes).toBeGreaterThan(70 * 1024 * 1024);
  await Promise.race([written, writer.abort()]);
});

// Reaches strangeBodyLengthMax.
test("of a refusal only the beginning is read", async () => {
  const { writer, next, ends } = open(0, 0, false);
  const written = (async () => {
    for (let n = 0; n < 1_000; n++) await writer.write(new Uint8Array(10_000).fill(0x78));
  })().catch(() => {});
  let read = "";
  for (let text = await next(); text !== undefined; text = await next()) read += text;
  expect(read).toMatch(/^x{65537,90000}$/);
  expect(ends()).toBe(1);
  await Promise.race([written, writer.abort()]);
});
