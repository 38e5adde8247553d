import type { Store } from "@dispatch/kernel";
import { type SettingStore, settingStore } from "@dispatch/setting-store";
import { z } from "zod";

export const intervalMsMin = 1_000;
const intervalMsMax = 86_400_000;
export const intervalMsDefault = 240_000;

/** Whole seconds; what is shorter or longer than the bounds becomes the bound. */
export const intervalMsOf = (seconds: number): number => Math.min(intervalMsMax, Math.max(intervalMsMin, Math.floor(seconds) * 1_000));

/** What is durable of a conversation. Two kinds, so that a start reads only the conversations that are to be warmed. */
export interface WarmSettings {
  readonly enabled: SettingStore<{ readonly isEnabled: boolean }>;
  readonly interval: SettingStore<{ readonly intervalMs: number }>;
}

export function warmSettings(store: Store): WarmSettings {
  const enabled = z.object({ isEnabled: z.boolean() });
  const interval = z.object({ intervalMs: z.int().min(intervalMsMin).max(intervalMsMax) });
  return {
    enabled: settingStore(store, "enabled", enabled, { isEnabled: false }),
    interval: settingStore(store, "interval", interval, { intervalMs: intervalMsDefault }),
  };
}
