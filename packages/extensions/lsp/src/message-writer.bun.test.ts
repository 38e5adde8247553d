import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { Emitter } from "vscode-jsonrpc/node";
import { boundedWriter, unreadBytesMax } from "./message-writer.ts";

const emitter = <T>() => new Emitter<T>();

test("messages are written whole, with their length in bytes", async () => {
  const written: string[] = [];
  const input = new Writable({
    write(bytes, _, done) {
      written.push(String(bytes));
      done();
    },
  });
  await boundedWriter(input, emitter).write({ jsonrpc: "2.0", method: "ä" } as never);
  expect(written.join("")).toBe('Content-Length: 31\r\n\r\n{"jsonrpc":"2.0","method":"ä"}');
});

test("a server that reads nothing is given up before it costs more than it may", async () => {
  const writer = boundedWriter(new Writable({ write() {} }), emitter);
  const told: string[] = [];
  writer.onError(([error]) => told.push(error.message));
  const message = { jsonrpc: "2.0", method: "x", params: "x".repeat(16 * 1024 * 1024) } as never;
  let written = 0;
  await expect(
    (async () => {
      for (; ; written++) await writer.write(message);
    })(),
  ).rejects.toThrow("does not read what it is told");
  expect(written).toBe(Math.ceil(unreadBytesMax / (16 * 1024 * 1024)));
  expect(told).toHaveLength(1);
});
