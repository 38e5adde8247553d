import type { Store } from "@dispatch/kernel";
import { type SettingStore, settingStore } from "@dispatch/setting-store";
import { heartbeatConfig, heartbeatDefaults } from "@dispatch/transport-contract";
import type { HeartbeatConfig } from "@dispatch/wire";

/** By workspace. */
export const heartbeatSettings = (store: Store): SettingStore<HeartbeatConfig> =>
  settingStore(store, "heartbeat", heartbeatConfig, heartbeatDefaults);
