import type { Fault } from "@dispatch/kernel";
import type { Caller, ImplementedOp, OpRegistry } from "@dispatch/op-registry/contract";
import { opRoute } from "./op-route.ts";
import type { Route } from "./route.ts";
import { createRouter, type Router } from "./router.ts";

/** Gives the router of all ops that there are now, beside the fixed routes. Built anew only when an op came or went. */
export function mountOps(
  registry: OpRegistry,
  fixed: readonly Route[],
  caller: Caller,
  tell: (thrown: unknown, request: Request) => Fault,
): () => Router {
  let mounted: readonly ImplementedOp[] | undefined;
  let router: Router;
  return () => {
    const ops = registry.all();
    if (ops !== mounted) {
      router = createRouter([...fixed, ...ops.map((op) => opRoute(op, registry, caller))], tell);
      mounted = ops;
    }
    return router;
  };
}
