import { PassThrough } from "node:stream";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Emitter } from "vscode-jsonrpc/node";
import { turnOfLoop } from "./language.fixture.ts";
import { boundedReader, floodBytesMax, floodGate, floodMessagesMax } from "./message-reader.ts";

const frame = 'Content-Length: 23\r\n\r\n{"jsonrpc":"2.0","n":1}';

function read(clock = new FakeClock()) {
  const output = new PassThrough({ highWaterMark: 2 ** 24 });
  const errors: string[] = [];
  let handed = 0;
  const reader = boundedReader(output, clock, <T>() => new Emitter<T>());
  reader.onError(({ message }) => errors.push(message));
  reader.listen(() => void handed++);
  return { output, errors, handed: () => handed };
}

// Reaches waitingMax.
test("with sixty-four messages that nobody has taken the server waits in its pipe, until some are taken", async () => {
  const few = read();
  few.output.emit("data", Buffer.from(frame.repeat(63)));
  expect(few.output.isPaused()).toBe(false);
  const many = read();
  many.output.emit("data", Buffer.from(frame.repeat(64)));
  expect([many.output.isPaused(), many.handed()]).toEqual([true, 0]);
  while (many.handed() < 64) await turnOfLoop();
  expect([many.output.isPaused(), many.errors]).toEqual([false, []]);
});

// Reaches floodMessagesMax.
test("a server that says more than twenty thousand things in ten seconds is ended; in twice the time it may", async () => {
  expect(floodMessagesMax).toBe(20_000);
  const clock = new FakeClock();
  const { output, errors } = read(clock);
  output.emit("data", Buffer.from(frame.repeat(20_000)));
  await clock.advance(10_000);
  output.emit("data", Buffer.from(frame.repeat(20_000)));
  expect(errors).toEqual([]);
  output.emit("data", Buffer.from(frame));
  expect(errors).toEqual([expect.stringContaining("says more than anybody could use")]);
});

// Reaches floodBytesMax.
test("a server that says few things at great length is ended too", async () => {
  expect(floodBytesMax).toBe(256 * 1024 * 1024);
  const clock = new FakeClock();
  const gate = floodGate(clock);
  gate(1, floodBytesMax);
  expect(() => gate(1, 1)).toThrow("says more than anybody could use");
  await clock.advance(10_000);
  gate(1, floodBytesMax);
});
