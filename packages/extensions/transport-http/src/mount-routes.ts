import type { Fault } from "@dispatch/kernel";
import type { ImplementedOp, OpRegistry } from "@dispatch/op-registry/contract";
import { allOps, allStreams } from "@dispatch/transport-contract";
import { byteRoute } from "./byte-route.ts";
import type { ByteRoute, Pages, Upgrade } from "./contract.ts";
import { opRoute } from "./op-route.ts";
import type { Route } from "./route.ts";
import { createRouter, type Router } from "./router.ts";
import { secured } from "./security-headers.ts";
import { upgradeRoute } from "./upgrade.ts";

export interface Mounted {
  readonly registry: OpRegistry;
  /** The same list until one comes or goes. */
  upgrades(): readonly Upgrade[];
  /** Likewise. */
  bytes(): readonly ByteRoute[];
  /** Likewise. */
  pages(): readonly Pages[];
  readonly fixed: readonly Route[];
}

interface Contributed {
  readonly ops: readonly ImplementedOp[];
  readonly sockets: readonly Upgrade[];
  readonly files: readonly ByteRoute[];
}

interface Routed extends Contributed {
  readonly router: Router;
  /** The first segments of all paths. */
  readonly areas: ReadonlySet<string>;
}

export interface Mounting {
  /** Of all that there is now. Built anew only when something came or went. */
  router(): Router;
  /** The files of a web client, which are open to all. `undefined`, at once or later: the request is for none. */
  page(request: Request): Promise<Response | undefined> | undefined;
}

export function mountRoutes(
  { registry, upgrades, bytes, pages, fixed }: Mounted,
  tell: (thrown: unknown, request: Request) => Fault,
): Mounting {
  let mounted: Routed | undefined;
  const now = (): Routed => {
    const found: Contributed = { ops: registry.all(), sockets: upgrades(), files: bytes() };
    if (mounted?.ops !== found.ops || mounted.sockets !== found.sockets || mounted.files !== found.files) {
      const ops = found.ops.map((op) => opRoute(op, registry));
      const routes = [...fixed, ...found.sockets.map(upgradeRoute), ...ops, ...found.files.map(byteRoute)];
      mounted = { ...found, router: createRouter({ routes, tell, otherwise: page }), areas: areasOf([...declared, ...routes]) };
    }
    return mounted;
  };
  const page = (request: Request): Promise<Response | undefined> | undefined => {
    if (pages().length === 0 || (request.method !== "GET" && request.method !== "HEAD")) return undefined;
    return now().areas.has(areaOf(new URL(request.url).pathname)) ? undefined : firstOf(pages(), request);
  };
  return { router: () => now().router, page };
}

/** Every path of an op, also of one that this server has not: a client must never read a page where it asked for data. */
const declared = [...allOps.map(({ http }) => http), ...allStreams];

const areasOf = (routes: readonly { readonly path: string }[]): ReadonlySet<string> => new Set(routes.map(({ path }) => areaOf(path)));
/** The first segment, as it is after decoding: `/%63hat` is no page either. */
function areaOf(path: string): string {
  const [, segment = ""] = path.split("/");
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return segment;
  }
}

async function firstOf(pages: readonly Pages[], request: Request): Promise<Response | undefined> {
  for (const { answer } of pages) {
    const response = await answer(request);
    if (response !== undefined) return secured(response);
  }
  return undefined;
}
