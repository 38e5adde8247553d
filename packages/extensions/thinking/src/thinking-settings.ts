import type { Store } from "@dispatch/kernel";
import { type SettingStore, settingStore } from "@dispatch/setting-store";
import { z } from "zod";

export interface ThinkingSetting {
  readonly thinking: boolean;
}

/** By conversation. */
export const thinkingSettings = (store: Store): SettingStore<ThinkingSetting> =>
  settingStore<ThinkingSetting>(store, "thinking", z.object({ thinking: z.boolean() }), { thinking: true });
