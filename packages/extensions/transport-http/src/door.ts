import { asFault, type Fault } from "@dispatch/kernel";
import { getHealth } from "@dispatch/transport-contract";
import type { Access } from "./access.ts";
import type { Admissions } from "./admit.ts";
import { faultAnswer } from "./answer.ts";
import type { RequestGuard } from "./contract.ts";
import type { Connection } from "./route.ts";
import type { Router } from "./router.ts";
import { securityHeaders } from "./security-headers.ts";
import type { Visitor } from "./visitor.ts";

export interface DoorRules {
  readonly access: Access;
  readonly admissions: Admissions;
  /** The same list until one comes or goes. */
  guards(): readonly RequestGuard[];
  /** What is open to all who may ask at all; `undefined`, at once or later: the request is not for that. */
  page(request: Request): Promise<Response | undefined> | undefined;
  /** Whether it came over TLS, to us or to a proxy that we trust. */
  isSecure(request: Request, connection: Connection): boolean;
  /** Resolves when the server may answer. */
  readonly opened: Promise<void>;
  tell(thrown: unknown, request: Request): Fault;
}

export type Door = (request: Request, connection: Connection) => Response | Promise<Response>;

const preflightHeaders = {
  ...securityHeaders,
  "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": "Content-Type, Authorization",
  "Access-Control-Max-Age": "600",
  Vary: "Origin",
};

/**
 * What every request passes, before any of its body is read: who asks, from which page, by which name. Never rejects. The router is asked for at
 * every request: routes come and go with the extensions.
 */
export function createDoor({ access, admissions, guards, page, isSecure, opened, tell }: DoorRules, router: () => Router): Door {
  const visitorOf = (request: Request, connection: Connection): Visitor | Fault => {
    const found = admissions.admit(request, connection);
    if (!("refusal" in found)) return found;
    if (asksHealth(request)) return admissions.stranger(request, connection);
    if (found.wrong === true) admissions.guessed(request, connection);
    return found.refusal;
  };
  /** Without a token the router is not asked: no path, however it is written, leads from here to an op. */
  const openAnswer = async (request: Request, refusal: Fault): Promise<Response> => {
    try {
      return (await page(request)) ?? faultAnswer(tell(refusal, request));
    } catch (thrown) {
      return faultAnswer(tell(thrown, request));
    }
  };
  const answer = async (request: Request, connection: Connection): Promise<Response> => {
    const asked = guards();
    const refusal = asked.length === 0 ? undefined : await refusalOf(asked, connection);
    if (refusal !== undefined) return faultAnswer(tell(refusal, request));
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: preflightHeaders });
    const visitor = visitorOf(request, connection);
    if (!("caller" in visitor)) return openAnswer(request, visitor);
    await opened;
    try {
      return await router()(request, connection, visitor);
    } catch (thrown) {
      return faultAnswer(tell(thrown, request));
    }
  };
  return async (request, connection) => {
    const origin = request.headers.get("origin");
    const problem = access.problem(request.headers.get("host"), origin, origin !== null && isSecure(request, connection));
    if (problem !== undefined) return faultAnswer(tell(problem, request));
    const response = await answer(request, connection);
    if (origin !== null) response.headers.set("Access-Control-Allow-Origin", origin);
    return response;
  };
}

/** Open to all who may ask at all: whoever watches over the server needs no secret. */
const asksHealth = ({ method, url }: Request): boolean =>
  (method === "GET" || method === "HEAD") && new URL(url).pathname === getHealth.http.path;

/** The first that refuses. Guards fail closed: one that throws refuses. */
function refusalOf(guards: readonly RequestGuard[], connection: Connection): Fault | undefined | Promise<Fault | undefined> {
  const peer = connection.peer();
  for (const [index, guard] of guards.entries()) {
    const said = saidBy(guard, peer);
    if (said instanceof Promise) return said.then((fault) => fault ?? refusalOf(guards.slice(index + 1), connection), asFault);
    if (said !== undefined) return said;
  }
  return undefined;
}

function saidBy(guard: RequestGuard, peer: ReturnType<Connection["peer"]>): ReturnType<RequestGuard["refuse"]> {
  try {
    return guard.refuse(peer);
  } catch (thrown) {
    return asFault(thrown);
  }
}
