import { createInterface, type Interface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "./command.ts";

/** What was typed before a question was shown arrives at once. */
const typedAheadMs = 50;

/**
 * Lines of whoever sits at the terminal. It is read only from the first question on, so that a client in the background is not stopped for reading, and
 * what was typed before a question is no answer to it.
 */
export function terminalLines(stdin: NodeJS.ReadStream): NonNullable<Context["ask"]> {
  let lines: Interface | undefined;
  let isClosed = false;
  let take: ((line: string | undefined) => void) | undefined;
  const open = () => {
    const opened = createInterface({ input: stdin, terminal: false });
    opened.on("line", (line) => take?.(line));
    opened.on("close", () => {
      isClosed = true;
      take?.(undefined);
    });
    return opened;
  };
  return async (show, signal) => {
    if (lines === undefined) {
      lines = open();
      await pause(typedAheadMs);
    }
    if (isClosed || signal.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const onAbort = () => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await show();
      take = resolve;
      return await promise;
    } finally {
      take = undefined;
      signal.removeEventListener("abort", onAbort);
    }
  };
}
