import { ChangeFeed } from "@dispatch/change-feed";
import { Booted, defineExtension, Extensions } from "@dispatch/kernel";
import { Surfaces } from "@dispatch/surface-registry/contract";
import { LoadedParts } from "./contract.ts";
import { loadedExtensionsSurface } from "./surface.ts";

export default defineExtension({
  id: "surface-loaded-extensions",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["surface-registry"],
  capabilities: [],
  activate(host) {
    const changed = new ChangeFeed();
    const parts = () => host.gather(LoadedParts);
    host.on(Booted, () => {
      changed.emit();
      for (const part of parts()) host.own(part.watch(() => changed.emit()));
    });
    host.contribute(Surfaces, loadedExtensionsSurface(host.use(Extensions), changed, parts));
  },
});
