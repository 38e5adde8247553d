import type { Fault } from "@dispatch/kernel";
import type { Caller, ImplementedOp, OpRegistry } from "@dispatch/op-registry/contract";
import type { Upgrade } from "./contract.ts";
import { opRoute } from "./op-route.ts";
import type { Route } from "./route.ts";
import { createRouter, type Router } from "./router.ts";
import { upgradeRoute } from "./upgrade.ts";

export interface Mounted {
  readonly registry: OpRegistry;
  /** The same list until one comes or goes. */
  upgrades(): readonly Upgrade[];
  readonly fixed: readonly Route[];
}

/** Gives the router of all that there is now. Built anew only when something came or went. */
export function mountRoutes(
  { registry, upgrades, fixed }: Mounted,
  caller: Caller,
  tell: (thrown: unknown, request: Request) => Fault,
): () => Router {
  let mounted: { readonly ops: readonly ImplementedOp[]; readonly sockets: readonly Upgrade[]; readonly router: Router } | undefined;
  return () => {
    const [ops, sockets] = [registry.all(), upgrades()];
    if (mounted?.ops !== ops || mounted.sockets !== sockets) {
      const routes = [...fixed, ...sockets.map(upgradeRoute), ...ops.map((op) => opRoute(op, registry, caller))];
      mounted = { ops, sockets, router: createRouter(routes, tell) };
    }
    return mounted.router;
  };
}
