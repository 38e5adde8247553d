import type { Store } from "@dispatch/kernel";
import { type SettingStore, settingStore } from "@dispatch/setting-store";
import { z } from "zod";

/** In days; 0 keeps for ever. */
export interface Policy {
  readonly conversationDays: number;
  readonly imageDays: number;
  readonly outputDays: number;
  readonly automatic: boolean;
}

const days = z.int().min(0);
const policy = z.object({ conversationDays: days, imageDays: days, outputDays: days, automatic: z.boolean() });

/** Nothing goes unless a person wants it. */
export const off: Policy = { conversationDays: 0, imageDays: 0, outputDays: 0, automatic: false };

export const policySettings = (store: Store): SettingStore<Policy> => settingStore<Policy>(store, "policy", policy, off);

/** Of the whole server. */
export const everywhere = "";
