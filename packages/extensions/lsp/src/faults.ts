import { type Fault, fault } from "@dispatch/kernel";

/** The server's process is gone, or what it says cannot be understood. */
export const broken = (name: string, why: string): Fault =>
  fault("unavailable", "lsp/broken", `The language server ${name} ${why}. Go on without it, or try again in a moment.`);

export const tooSlow = (name: string, method: string, timeoutMs: number): Fault =>
  fault(
    "unavailable",
    "lsp/too-slow",
    `The language server ${name} did not answer ${method} within ${timeoutMs / 1000} s. Try again in a moment.`,
  );

/** It failed a moment ago, or too often. */
export const resting = (name: string, why: string, retryAfterMs: number): Fault =>
  fault(
    "unavailable",
    "lsp/resting",
    `The language server ${name} ${why}. It is started again in ${Math.ceil(retryAfterMs / 1000)} s at the earliest; go on without it.`,
    { data: { retryAfterMs: Math.ceil(retryAfterMs) } },
  );

export const tooMany = (serversMax: number): Fault =>
  fault("limited", "lsp/too-many", `${serversMax} language servers are at work. Try again when one of them is idle.`, {
    data: { limit: serversMax },
  });

/** The server itself said no to a request. */
export const answeredNo = (name: string, message: string): Fault =>
  fault("invalid", "lsp/answered-no", `The language server ${name} says: ${message}. Check the place that was asked about.`);

export const stopped = (): Fault =>
  fault("cancelled", "lsp/stopped", "The language server was not asked, because the turn or the server was stopped.");

/** Bytes that are no message of the protocol. */
export const garbled = (why: string): Fault =>
  fault("unavailable", "lsp/garbled", `A language server ${why}. It is ended; try again in a moment.`);
