import type { Upgrade } from "./contract.ts";
import { NeedsUpgrade } from "./faults.ts";
import { RevocablePeer } from "./revocable-peer.ts";
import type { Connection, Route } from "./route.ts";
import type { Visitor } from "./visitor.ts";

export const wantsSocket = ({ method, headers }: Request): boolean =>
  method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket";

export const upgradeRoute = ({ path, accept }: Upgrade): Route => ({
  method: "GET",
  path,
  answer: ({ request, connection, visitor }) => takeSocket(request, connection, visitor, accept),
});

/** Faults: `transport-http/needs-upgrade` (invalid) for what is no proper handshake, and whatever refuses the peer. */
export function takeSocket(request: Request, connection: Connection, { caller, ended }: Visitor, accept: Upgrade["accept"]): Response {
  if (!wantsSocket(request)) throw new NeedsUpgrade();
  const peer = accept({ ...caller, via: "ws" });
  if (!connection.upgrade(ended === undefined ? peer : new RevocablePeer(peer, ended))) throw new NeedsUpgrade();
  // The handshake is answered already; this answer goes nowhere.
  return new Response(null, { status: 101 });
}
