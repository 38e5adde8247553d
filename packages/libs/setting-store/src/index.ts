export { type SettingStore, settingStore } from "./setting-store.ts";
