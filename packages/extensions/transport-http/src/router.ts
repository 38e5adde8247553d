import type { Fault } from "@dispatch/kernel";
import { Hono } from "hono/tiny";
import { faultAnswer } from "./answer.ts";
import { unknownRoute, WrongMethod } from "./faults.ts";
import type { Connection, Route } from "./route.ts";
import type { Visitor } from "./visitor.ts";

export type Router = (request: Request, connection: Connection, visitor: Visitor) => Response | Promise<Response>;

export interface RouterOptions {
  readonly routes: readonly Route[];
  tell(thrown: unknown, request: Request): Fault;
  /** What is answered where no route is; `undefined`: nothing is there either. */
  otherwise(request: Request): Promise<Response | undefined> | undefined;
}

/** Never throws: what a route throws is answered as `tell` says. Of two routes with one method and path the first counts. */
export function createRouter({ routes, tell, otherwise }: RouterOptions): Router {
  const app = new Hono<{ Bindings: { readonly connection: Connection; readonly visitor: Visitor } }>();
  const byPath = Map.groupBy(routes, ({ path }) => path);
  for (const path of [...byPath.keys()].sort(fixedFirst)) {
    const methods = methodsOf(byPath.get(path) ?? []);
    app.all(path, async ({ req, env: { connection, visitor } }) => {
      const request = req.raw;
      const route = methods.get(request.method);
      try {
        if (route === undefined) throw new WrongMethod(request.method, req.path, [...methods.keys(), "OPTIONS"]);
        return await route.answer({ request, connection, visitor, params: req.param(), query: () => req.query() });
      } catch (thrown) {
        const fault = tell(thrown, request);
        return faultAnswer(fault, fault.kind === "unavailable" ? route?.unavailableStatus : undefined);
      }
    });
  }
  app.notFound(async ({ req }) => {
    try {
      return (await otherwise(req.raw)) ?? faultAnswer(tell(unknownRoute(req.method, req.path), req.raw));
    } catch (thrown) {
      return faultAnswer(tell(thrown, req.raw));
    }
  });
  return (request, connection, visitor) => app.fetch(request, { connection, visitor });
}

/** HEAD is answered where GET is; the server leaves out the body. */
function methodsOf(routes: readonly Route[]): ReadonlyMap<string, Route> {
  const methods = new Map<string, Route>();
  for (const route of routes) {
    if (!methods.has(route.method)) methods.set(route.method, route);
    if (route.method === "GET" && !methods.has("HEAD")) methods.set("HEAD", route);
  }
  return methods;
}

/** A fixed segment wins over a parameter at the same place. */
const fixedFirst = (a: string, b: string): number => (sortable(a) < sortable(b) ? -1 : 1);
const sortable = (path: string): string => path.replaceAll(/:\w+/g, "\uffff");
