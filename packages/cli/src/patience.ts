import { ClientFault } from "./client-fault.ts";

/** How long a server may say nothing before an answer, or in the middle of one. */
export const patienceMsDefault = 30_000;

/** A server that is there and says nothing. */
export const silent = (ms: number): ClientFault =>
  new ClientFault(
    "unavailable",
    "cli/silent-server",
    `The server has said nothing for ${Math.round(ms / 1_000)} s. Is it well? Try again, or restart it.`,
  );

/** Rejects with what `late` gives when the work takes longer. The work itself goes on: whoever gives up ends it. */
export async function inTime<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
