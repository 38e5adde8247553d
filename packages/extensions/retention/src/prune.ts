import type { ConversationLog, ConversationRecord } from "@dispatch/conversation-store/contract";
import { asFault, type Clock } from "@dispatch/kernel";
import type { Conversations, Leftovers, Swept } from "@dispatch/session-orchestrator/contract";
import type { Policy } from "./policy.ts";

/** What one call removes; the rest is for the next. */
export const prunedMax = 1_000;
const dayMs = 86_400_000;

export interface PrunePorts {
  readonly log: Pick<ConversationLog, "families">;
  readonly conversations: Pick<Conversations, "remove">;
  readonly leftovers: readonly Leftovers[];
  readonly clock: Clock;
}

export interface Pruned {
  /** The oldest first. */
  readonly conversations: readonly PrunedConversation[];
  /** Past their retention beyond those. */
  readonly more: number;
  readonly images: Swept;
  readonly outputs: Swept;
}

export interface PrunedConversation {
  readonly conversationId: string;
  readonly title: string;
  readonly lastActivityAt: number;
  readonly archives: number;
  /** Why it could not be removed. */
  readonly kept?: string;
}

export type Ages = Omit<Policy, "automatic">;

/** `remove: false` only shows. One conversation that cannot be removed does not keep the others. */
export async function pruneBy(ages: Ages, remove: boolean, ports: PrunePorts, signal: AbortSignal): Promise<Pruned> {
  const now = ports.clock.now();
  const beforeMs = (days: number) => (days === 0 ? Number.NEGATIVE_INFINITY : now - days * dayMs);
  const past = pastRetention(await ports.log.families(), beforeMs(ages.conversationDays));
  const conversations: PrunedConversation[] = [];
  for (const one of past.slice(0, prunedMax)) {
    // Everybody else comes in between.
    await ports.clock.sleep(0, signal);
    signal.throwIfAborted();
    conversations.push(remove ? await removed(one, ports.conversations) : one);
  }
  const sweep = (kind: Leftovers["kind"], days: number) =>
    sweepAll(days === 0 ? [] : ports.leftovers.filter((leftovers) => leftovers.kind === kind), {
      beforeMs: beforeMs(days),
      remove,
      signal,
    });
  return {
    conversations,
    more: Math.max(0, past.length - prunedMax),
    images: await sweep("images", ages.imageDays),
    outputs: await sweep("outputs", ages.outputDays),
  };
}

/** A conversation goes when it and all its archives are closed and nothing happened in any of them since. */
function pastRetention(families: readonly (readonly ConversationRecord[])[], beforeMs: number): readonly PrunedConversation[] {
  return families
    .flatMap((family) => {
      const [root] = family;
      const lastActivityAt = Math.max(...family.map((record) => record.lastActivityAt));
      if (root === undefined || lastActivityAt >= beforeMs || family.some(({ status }) => status !== "closed")) return [];
      return [{ conversationId: root.id, title: root.title, lastActivityAt, archives: family.length - 1 }];
    })
    .sort((a, b) => a.lastActivityAt - b.lastActivityAt);
}

async function removed(one: PrunedConversation, conversations: PrunePorts["conversations"]): Promise<PrunedConversation> {
  try {
    await conversations.remove(one.conversationId);
    return one;
  } catch (thrown) {
    return { ...one, kept: asFault(thrown).message };
  }
}

async function sweepAll(leftovers: readonly Leftovers[], options: Parameters<Leftovers["sweep"]>[0]): Promise<Swept> {
  const total = { files: 0, sizeBytes: 0 };
  for (const one of leftovers) {
    const { files, sizeBytes } = await one.sweep(options);
    total.files += files;
    total.sizeBytes += sizeBytes;
  }
  return total;
}
