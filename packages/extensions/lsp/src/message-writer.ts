import type { Writable } from "node:stream";
import type { Emitter, Message, MessageWriter } from "vscode-jsonrpc";
import { garbled } from "./faults.ts";

/** What a server may leave unread of what it is told. */
export const unreadBytesMax = 64 * 1024 * 1024;

/** Writes to a server's input, and gives up on one that does not read it. */
export function boundedWriter(input: Writable, emitter: <T>() => Emitter<T>): MessageWriter {
  const errors = emitter<[Error, Message | undefined, number | undefined]>();
  const closes = emitter<void>();
  input.on("error", (error: Error) => errors.fire([error, undefined, undefined]));
  input.once("close", () => closes.fire());
  return {
    onError: errors.event,
    onClose: closes.event,
    async write(message) {
      if (input.writableLength > unreadBytesMax) {
        const fault = garbled("does not read what it is told");
        errors.fire([fault, message, undefined]);
        throw fault;
      }
      const body = Buffer.from(JSON.stringify(message));
      input.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
    },
    end() {
      input.end();
    },
    dispose() {
      for (const each of [errors, closes]) each.dispose();
    },
  };
}
