import { getHealth } from "@dispatch/transport-contract";
import type { Access } from "./access.ts";
import { faultAnswer } from "./answer.ts";
import { NoToken } from "./faults.ts";
import type { Connection } from "./route.ts";
import type { Router } from "./router.ts";

export interface DoorPorts {
  readonly access: Access;
  /** Absent: no token is needed. */
  readonly isBearer?: (authorization: string | null) => boolean;
  /** Asked at every request: routes come and go with the extensions. */
  router(): Router;
  /** Resolves when the server may answer. */
  readonly opened: Promise<void>;
}

const corsHeaders = {
  "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": "Content-Type, Authorization",
  "Access-Control-Max-Age": "600",
  Vary: "Origin",
};

/** What every request passes, before any of its body is read: who asks, from which page, by which name. */
export function createDoor({ access, isBearer, router, opened }: DoorPorts): Router {
  const answer = async (request: Request, connection: Connection): Promise<Response> => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: corsHeaders });
    if (isBearer !== undefined && !isBearer(request.headers.get("authorization")) && !asksHealth(request))
      return faultAnswer(new NoToken());
    await opened;
    return router()(request, connection);
  };
  return async (request, connection) => {
    const origin = request.headers.get("origin");
    const problem = access.problem(request.headers.get("host"), origin);
    if (problem !== undefined) return faultAnswer(problem);
    const response = await answer(request, connection);
    if (origin !== null) response.headers.set("Access-Control-Allow-Origin", origin);
    return response;
  };
}

/** Open to all who may ask at all: whoever watches over the server needs no secret. */
const asksHealth = ({ method, url }: Request): boolean =>
  (method === "GET" || method === "HEAD") && new URL(url).pathname === getHealth.http.path;
