import type { Clock } from "@dispatch/kernel";
import type { Listener } from "./socket.ts";

const graceMs = 1_000;

/** Takes no new connection, gives the answers that are nearly there a moment, and closes the rest. */
export async function endGently(listener: Listener, clock: Clock): Promise<void> {
  const timer = new AbortController();
  await Promise.race([listener.stop(), clock.sleep(graceMs, timer.signal)]);
  timer.abort();
  await listener.close();
}
