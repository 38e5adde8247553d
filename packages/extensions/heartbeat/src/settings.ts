import type { Store } from "@dispatch/kernel";
import { type SettingStore, settingStore } from "@dispatch/setting-store";
import { heartbeatConfig } from "@dispatch/transport-contract";
import type { HeartbeatConfig } from "@dispatch/wire";

const defaults: HeartbeatConfig = {
  enabled: false,
  systemPrompt: "",
  taskPrompt: "",
  intervalMinutes: 30,
  model: "",
  reasoningEffort: null,
};

/** By workspace. */
export const heartbeatSettings = (store: Store): SettingStore<HeartbeatConfig> =>
  settingStore(store, "heartbeat", heartbeatConfig, defaults);
