import { type Fault, fault } from "@dispatch/kernel";
import type { RequestGuard, RequestPeer } from "@dispatch/transport-http/contract";

/** Whether the other end is held by one of the families; `unknown` when it is of this machine and nobody holds it any more. */
export type OwnerLookup = (peer: RequestPeer, families: readonly number[]) => Promise<"theirs" | "others" | "unknown">;

/**
 * Refuses requests of processes that a model started: a command that could speak to the server could allow itself whatever it is refused. While
 * none can reach the server, nothing is looked up. An end that nobody holds any more is refused too: it may have been theirs.
 */
export const refuseOurOwn = (families: () => readonly number[], ownerOf: OwnerLookup): RequestGuard => ({
  id: "sandbox-guard",
  refuse(peer) {
    const running = families();
    if (running.length === 0) return undefined;
    return ownerOf(peer, running).then((owner) => (owner === "others" ? undefined : notForTools()));
  },
});

const notForTools = (): Fault =>
  fault(
    "denied",
    "sandbox-guard/started-by-a-tool",
    "This request comes from a process that a tool call started, and such a one may not speak to the server. Ask the person to do it.",
  );
