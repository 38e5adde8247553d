import type { Fault } from "@dispatch/kernel";
import type { Caller, ImplementedOp, OpRegistry } from "@dispatch/op-registry/contract";
import { byteRoute } from "./byte-route.ts";
import type { ByteRoute, Upgrade } from "./contract.ts";
import { opRoute } from "./op-route.ts";
import type { Route } from "./route.ts";
import { createRouter, type Router } from "./router.ts";
import { upgradeRoute } from "./upgrade.ts";

export interface Mounted {
  readonly registry: OpRegistry;
  /** The same list until one comes or goes. */
  upgrades(): readonly Upgrade[];
  /** Likewise. */
  bytes(): readonly ByteRoute[];
  readonly fixed: readonly Route[];
}

interface Contributed {
  readonly ops: readonly ImplementedOp[];
  readonly sockets: readonly Upgrade[];
  readonly files: readonly ByteRoute[];
}

/** Gives the router of all that there is now. Built anew only when something came or went. */
export function mountRoutes(
  { registry, upgrades, bytes, fixed }: Mounted,
  caller: Caller,
  tell: (thrown: unknown, request: Request) => Fault,
): () => Router {
  let mounted: (Contributed & { readonly router: Router }) | undefined;
  return () => {
    const now: Contributed = { ops: registry.all(), sockets: upgrades(), files: bytes() };
    if (mounted?.ops !== now.ops || mounted.sockets !== now.sockets || mounted.files !== now.files) {
      const ops = now.ops.map((op) => opRoute(op, registry, caller));
      mounted = { ...now, router: createRouter([...fixed, ...now.sockets.map(upgradeRoute), ...ops, ...now.files.map(byteRoute)], tell) };
    }
    return mounted.router;
  };
}
