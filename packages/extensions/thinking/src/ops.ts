import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import type { SettingStore } from "@dispatch/setting-store";
import { getThinking, setThinking } from "@dispatch/transport-contract";
import type { ThinkingSetting } from "./thinking-settings.ts";

export function thinkingOps(settings: SettingStore<ThinkingSetting>): readonly ImplementedOp[] {
  return [
    implement(getThinking, async ({ conversationId }) => {
      const { thinking = null } = (await settings.stored(conversationId)) ?? {};
      return { conversationId, thinking };
    }),
    implement(setThinking, async ({ conversationId, thinking }) => {
      await settings.change(conversationId, { thinking });
      return { conversationId, thinking };
    }),
  ];
}
