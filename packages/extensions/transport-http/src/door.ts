import type { Fault } from "@dispatch/kernel";
import { getHealth } from "@dispatch/transport-contract";
import type { Access } from "./access.ts";
import { faultAnswer } from "./answer.ts";
import { NoToken } from "./faults.ts";
import type { Connection } from "./route.ts";
import type { Router } from "./router.ts";

export interface DoorRules {
  readonly access: Access;
  /** Absent: no token is needed. */
  readonly hasToken?: (request: Request) => boolean;
  /** Resolves when the server may answer. */
  readonly opened: Promise<void>;
  tell(thrown: unknown, request: Request): Fault;
}

const corsHeaders = {
  "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": "Content-Type, Authorization",
  "Access-Control-Max-Age": "600",
  Vary: "Origin",
};

/**
 * What every request passes, before any of its body is read: who asks, from which page, by which name. Never rejects. The router is asked for at
 * every request: routes come and go with the extensions.
 */
export function createDoor({ access, hasToken, opened, tell }: DoorRules, router: () => Router): Router {
  const answer = async (request: Request, connection: Connection): Promise<Response> => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: corsHeaders });
    if (hasToken !== undefined && !hasToken(request) && !asksHealth(request)) return faultAnswer(new NoToken());
    await opened;
    try {
      return await router()(request, connection);
    } catch (thrown) {
      return faultAnswer(tell(thrown, request));
    }
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
