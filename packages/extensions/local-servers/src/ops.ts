import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { findLocalServers } from "@dispatch/transport-contract";
import type { Finder } from "./finder.ts";

export const findOp = (finder: Pick<Finder, "find">, baseUrlOf: (name: string) => string): ImplementedOp =>
  implement(findLocalServers, async () => {
    const { found, missing } = await finder.find();
    return {
      found: found.map(({ provider: { id: credential }, models }) => ({ credential, baseUrl: baseUrlOf(credential), models: [...models] })),
      missing: missing.map(({ id }) => id),
    };
  });
