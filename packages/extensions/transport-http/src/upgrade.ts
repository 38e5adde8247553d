import type { Peer, Upgrade } from "./contract.ts";
import { NeedsUpgrade } from "./faults.ts";
import type { Connection, Route } from "./route.ts";

export const wantsSocket = ({ method, headers }: Request): boolean =>
  method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket";

export const upgradeRoute = ({ path, accept }: Upgrade): Route => ({
  method: "GET",
  path,
  answer: ({ request, connection }) => takeSocket(request, connection, accept),
});

/** Faults: `transport-http/needs-upgrade` (invalid) for what is no proper handshake, and whatever refuses the peer. */
export function takeSocket(request: Request, connection: Connection, accept: () => Peer): Response {
  if (!wantsSocket(request) || !connection.upgrade(accept())) throw new NeedsUpgrade();
  // The handshake is answered already; this answer goes nowhere.
  return new Response(null, { status: 101 });
}
