import type { Approval } from "@dispatch/wire";

/** What a person who looks elsewhere is told. */
export interface QuestionNotification {
  readonly conversationId: string;
  readonly title: string;
  readonly body: string;
  /** A notification takes the place of another one with the same. */
  readonly tag: string;
}

/** Of questions that come together. */
const notificationsMax = 3;

export const notificationsOf = (
  questions: readonly Approval[],
  titleOf: (conversationId: string) => string | undefined,
): readonly QuestionNotification[] =>
  questions.slice(0, notificationsMax).map(({ id, conversationId, toolName, why }) => ({
    conversationId,
    title: titleOf(conversationId) ?? "Dispatch",
    body: `${toolName} waits for your answer. ${why}`,
    tag: id,
  }));
