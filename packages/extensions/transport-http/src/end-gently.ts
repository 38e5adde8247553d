import type { Clock } from "@dispatch/kernel";
import type { ChatStreams } from "./chat-streams.ts";
import type { Listener } from "./socket.ts";

const graceMs = 1_000;

/** At the end nobody is cut off in mid-answer who is nearly done: no new connection, streams told, a moment for the rest, then closed. */
export const endGently = (listener: Listener, streams: ChatStreams, clock: Clock): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    const timer = new AbortController();
    const answered = listener.stop();
    streams.end();
    await Promise.race([answered, clock.sleep(graceMs, timer.signal)]);
    timer.abort();
    await listener.close();
  },
});
