import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import type { SettingStore } from "@dispatch/setting-store";
import { getVisionSettings, setVisionSettings } from "@dispatch/transport-contract";
import { everywhere, type VisionSettings } from "./vision-settings.ts";

export const visionOps = (settings: SettingStore<VisionSettings>): readonly ImplementedOp[] => [
  implement(getVisionSettings, () => settings.get(everywhere)),
  implement(setVisionSettings, ({ imageLimit, compactionModel }) =>
    settings.change(everywhere, {
      ...(imageLimit === undefined ? {} : { imageLimit }),
      ...(compactionModel === undefined ? {} : { compactionModel: compactionModel === "" ? null : compactionModel }),
    }),
  ),
];
