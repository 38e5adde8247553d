import type { ChangeFeed } from "@dispatch/change-feed";
import type { Extensions } from "@dispatch/kernel";
import { defineSurface, type Surface } from "@dispatch/surface-registry/contract";
import type { LoadedPart } from "./contract.ts";
import { extensionFields } from "./fields.ts";

/** Which extensions this server runs. `changed` emits when one was activated, failed or was skipped, or a further part has changed. */
export const loadedExtensionsSurface = (
  extensions: Extensions,
  changed: ChangeFeed,
  parts: () => readonly LoadedPart[] = () => [],
): Surface =>
  defineSurface({
    id: "loaded-extensions",
    region: "side",
    title: "Loaded Extensions",
    scope: "global",
    read: () => extensionFields(extensions.all(), extensions.report(), parts()),
    changes: (signal) => changed.watch(signal),
    actions: {},
  });
