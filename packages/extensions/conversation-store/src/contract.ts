import type { ConversationMeta, ReasoningEffort } from "@dispatch/wire";

/** All that is known of a conversation beside its log. */
export interface ConversationRecord extends ConversationMeta {
  readonly cwd: string | null;
  readonly computerId: string | null;
  readonly model: string | null;
  readonly reasoningEffort: ReasoningEffort | null;
}
