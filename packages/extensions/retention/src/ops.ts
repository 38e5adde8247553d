import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import type { SettingStore } from "@dispatch/setting-store";
import { getRetention, prune, setRetention } from "@dispatch/transport-contract";
import { everywhere, type Policy } from "./policy.ts";
import type { Ages, Pruned } from "./prune.ts";

export const retentionOps = (
  settings: SettingStore<Policy>,
  pruneNow: (ages: Ages, remove: boolean, signal: AbortSignal) => Promise<Pruned>,
): readonly ImplementedOp[] => [
  implement(getRetention, () => settings.get(everywhere)),
  implement(setRetention, (change) => settings.change(everywhere, change)),
  implement(prune, async ({ dryRun = true, ...given }, { signal }) => {
    const { conversations, ...pruned } = await pruneNow({ ...(await settings.get(everywhere)), ...given }, !dryRun, signal);
    return { dryRun, conversations: [...conversations], ...pruned };
  }),
];
