import { defineExtension, PointChanged } from "@dispatch/kernel";
import { CatalogChanged, SurfaceChanged, SurfaceRegistry, Surfaces } from "./contract.ts";
import { followSurfaces } from "./follow-surfaces.ts";
import { createRegistry } from "./registry.ts";

/** Every surface that extensions contribute, for the doors that show them. */
export default defineExtension({
  id: "surface-registry",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: [],
  capabilities: [],
  activate(host) {
    const registry = createRegistry({
      surfaces: () => host.gather(Surfaces),
      clock: host.clock,
      journal: host.log,
      ending: host.signal,
    });
    const follow = followSurfaces({
      spawn: (name, task) => host.spawn(name, task),
      changed: ({ id }, conversationId) =>
        host.fire(SurfaceChanged, conversationId === undefined ? { surfaceId: id } : { surfaceId: id, conversationId }),
    });
    host.provide(SurfaceRegistry, registry);
    host.on(PointChanged, ({ point }) => {
      if (point !== Surfaces.id) return;
      follow(host.gather(Surfaces));
      host.fire(CatalogChanged, registry.catalog());
    });
  },
});
