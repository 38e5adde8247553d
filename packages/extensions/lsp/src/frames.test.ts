import { expect, test } from "vitest";
import { FrameDecoder, headerBytesMax, messageBytesMax } from "./frames.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const frame = (message: object) => {
  const body = JSON.stringify(message);
  return `Content-Length: ${bytes(body).length}\r\n\r\n${body}`;
};
const messages = [{ id: 1, text: "ä€🙂" }, {}, { id: 2, nested: { list: [1, 2, { three: 3 }] } }];

test("messages come out whole, wherever the bytes are cut", () => {
  const all = bytes(messages.map(frame).join(""));
  for (let size = 1; size <= all.length; size++) {
    const decoder = new FrameDecoder();
    const seen: object[] = [];
    for (let at = 0; at < all.length; at += size) seen.push(...decoder.push(all.subarray(at, at + size)));
    expect(seen, `in pieces of ${size}`).toEqual(messages);
  }
});

test("other headers and other spellings are taken", () => {
  const [message] = new FrameDecoder().push(
    bytes("content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:  2 \r\n\r\n{}"),
  );
  expect(message).toEqual({});
});

test.each([
  ["a line of a log", "Starting up…\r\n\r\n"],
  ["a length that is no number", "Content-Length: many\r\n\r\n{}"],
  ["a negative length", "Content-Length: -2\r\n\r\n{}"],
  ["a body that is no JSON", "Content-Length: 2\r\n\r\n{x"],
  ["a body that is a list", "Content-Length: 2\r\n\r\n[]"],
  ["a body without end of nesting", `Content-Length: 10000\r\n\r\n${'{"a":['.repeat(1_700)}`.slice(0, 10_026)],
])("%s is told, not waited on", (_, text) => {
  expect(() => new FrameDecoder().push(bytes(text))).toThrow(expect.objectContaining({ code: "lsp/garbled" }));
});

test("a header without end, and a message that is too long, are refused before they are held", () => {
  expect(() => new FrameDecoder().push(bytes("x".repeat(headerBytesMax + 1)))).toThrow(/header of more than/);
  expect(() => new FrameDecoder().push(bytes(`Content-Length: ${messageBytesMax + 1}\r\n\r\n`))).toThrow(/more than the 33554432/);
});

test("a large message in small pieces costs time by its length alone", { timeout: 5_000 }, () => {
  const all = bytes(frame({ text: "x".repeat(16 * 1024 * 1024) }));
  const decoder = new FrameDecoder();
  let count = 0;
  for (let at = 0; at < all.length; at += 1_024) count += decoder.push(all.subarray(at, at + 1_024)).length;
  expect(count).toBe(1);
});
