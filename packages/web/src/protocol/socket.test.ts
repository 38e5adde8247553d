import type { ServerFrame } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { backOffMs, type RawSocket, ServerSocket } from "./socket.ts";

class LoopbackSocket implements RawSocket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: string[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}

function start() {
  const made: LoopbackSocket[] = [];
  const timers: { ms: number; call: () => void }[] = [];
  const frames: ServerFrame[] = [];
  const states: string[] = [];
  const socket = new ServerSocket(
    {
      open: () => made[made.push(new LoopbackSocket()) - 1] ?? new LoopbackSocket(),
      after(ms, call) {
        const timer = { ms, call };
        timers.push(timer);
        return () => timers.splice(timers.indexOf(timer), 1);
      },
      random: () => 0.5,
    },
    {
      onOpen: () => socket.send({ type: "chat.subscribe", conversationId: "c" }),
      onFrame: (frame) => frames.push(frame),
      onState: (state) => states.push(state),
    },
  );
  return { socket, made, timers, frames, states, last: () => made.at(-1) ?? new LoopbackSocket() };
}

// Reaches delayMsMax.
test("a lost connection is made again after half a second, then twice as long each time, and never longer than 36 seconds", () => {
  const { socket, timers, last } = start();
  socket.connect();
  const waits = Array.from({ length: 9 }, () => {
    last().onclose?.();
    const timer = timers.shift();
    timer?.call();
    return timer?.ms;
  });
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect([backOffMs(0, 0), backOffMs(0, 1), backOffMs(500, 1)].map(Math.round)).toEqual([400, 600, 36_000]);
});

test("what the connection has to know first goes before the frames that waited", () => {
  const { socket, last } = start();
  expect(socket.send({ type: "chat.queue", conversationId: "c", text: "hello" })).toBe(true);
  socket.connect();
  last().onopen?.();
  expect(last().sent.map((text) => JSON.parse(text).type)).toEqual(["chat.subscribe", "chat.queue"]);
});

test("frames of a connection that is given up say nothing any more", () => {
  const { socket, made, frames, states } = start();
  socket.connect();
  made[0]?.onopen?.();
  socket.renew();
  made[0]?.onmessage?.({ data: '{"type":"error","message":"late"}' });
  made[0]?.onclose?.();
  made[1]?.onmessage?.({ data: '{"type":"error","message":"new"}' });
  expect(frames).toEqual([{ type: "error", message: "new" }]);
  expect(states).toEqual(["connecting", "open", "closed", "connecting"]);
});

test("who waits for a retry and is asked to connect does so at once, and only once", () => {
  const { socket, made, timers, last } = start();
  socket.connect();
  last().onclose?.();
  socket.connect();
  expect([made.length, timers.length]).toEqual([2, 0]);
});

// Reaches waitingFramesMax.
test("a hundred frames wait for the connection, and who sends more is told that it was not taken", () => {
  const { socket, last } = start();
  const send = () => socket.send({ type: "chat.queue", conversationId: "c", text: "hello" });
  expect(Array.from({ length: 100 }, send)).not.toContain(false);
  expect(send()).toBe(false);
  socket.connect();
  last().onopen?.();
  expect(last().sent).toHaveLength(101);
  expect(send()).toBe(true);
});
