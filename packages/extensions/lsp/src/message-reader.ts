import type { Readable } from "node:stream";
import type { Clock } from "@dispatch/kernel";
import type { DataCallback, Emitter, Message, MessageReader } from "vscode-jsonrpc";
import { garbled } from "./faults.ts";
import { FrameDecoder } from "./frames.ts";

/** Read and not yet handed over. Beyond it the server's output waits in its pipe. */
const waitingMax = 64;
/** What a server may say in one span. More is a flood, of which nobody could make use. */
export const floodMessagesMax = 20_000;
export const floodBytesMax = 256 * 1024 * 1024;
const floodSpanMs = 10_000;
/** Of no use to us, and the connection would keep what it learns from the first for good. */
const leftOut: readonly unknown[] = ["$/cancelRequest", "$/progress"];

/**
 * Reads a server's messages. One is handed over each turn of the event loop, as fast as the connection works them off, so that a server which
 * talks without end holds up nobody else and fills no memory.
 */
export function boundedReader(output: Readable, clock: Clock, emitter: <T>() => Emitter<T>): MessageReader {
  const errors = emitter<Error>();
  const closes = emitter<void>();
  const partials = emitter<{ messageToken: number; waitingTime: number }>();
  const listen = (callback: DataCallback) => {
    const decoder = new FrameDecoder();
    const flood = floodGate(clock);
    const waiting: Message[] = [];
    let listening = true;
    const stop = () => {
      listening = false;
      output.destroy();
    };
    const attempt = (act: () => void) => {
      try {
        act();
      } catch (thrown) {
        stop();
        errors.fire(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    };
    const handOver = () => {
      const message = listening ? waiting.shift() : undefined;
      if (message === undefined) return;
      attempt(() => callback(message));
      if (waiting.length < waitingMax) output.resume();
      if (waiting.length > 0) setImmediate(handOver);
    };
    output.on("data", (bytes: Uint8Array) => {
      if (!listening) return;
      attempt(() => {
        const messages = decoder.push(bytes) as readonly Message[];
        flood(messages.length, bytes.length);
        if (waiting.length === 0 && messages.length > 0) setImmediate(handOver);
        waiting.push(...messages.filter((message) => !leftOut.includes((message as { readonly method?: unknown }).method)));
        if (waiting.length >= waitingMax) output.pause();
      });
    });
    output.once("close", () => closes.fire());
    output.once("error", (error: Error) => errors.fire(error));
    return { dispose: stop };
  };
  return {
    onError: errors.event,
    onClose: closes.event,
    onPartialMessage: partials.event,
    listen,
    dispose() {
      for (const each of [errors, closes, partials]) each.dispose();
    },
  };
}

/** Throws `lsp/garbled` when too much came within one span. */
export function floodGate(clock: Clock): (messages: number, bytes: number) => void {
  let spanEndsAt = 0;
  let messagesSeen = 0;
  let bytesSeen = 0;
  return (messages, bytes) => {
    if (clock.monotonic() >= spanEndsAt) {
      spanEndsAt = clock.monotonic() + floodSpanMs;
      messagesSeen = 0;
      bytesSeen = 0;
    }
    messagesSeen += messages;
    bytesSeen += bytes;
    if (messagesSeen > floodMessagesMax || bytesSeen > floodBytesMax) throw garbled("says more than anybody could use");
  };
}
