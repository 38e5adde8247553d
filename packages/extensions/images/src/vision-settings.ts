import type { Store } from "@dispatch/kernel";
import { type SettingStore, settingStore } from "@dispatch/setting-store";
import { z } from "zod";

export interface VisionSettings {
  /** 0: all. */
  readonly imageLimit: number;
  readonly compactionModel: string | null;
}

const schema = z.object({ imageLimit: z.int().min(0), compactionModel: z.string().nullable() });
const defaults: VisionSettings = { imageLimit: 10, compactionModel: null };

export const visionSettings = (store: Store): SettingStore<VisionSettings> => settingStore(store, "vision", schema, defaults);

/** They hold for the whole server. */
export const everywhere = "";
