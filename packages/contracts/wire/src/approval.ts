/** How far a yes goes: this call alone, or from now on all calls that the question's `grants` tells of. */
export type ApprovalScope = "once" | "conversation" | "workspace" | "always";
/** `withdrawn`: its turn ended or its conversation went before anybody answered. */
export type ApprovalStatus = "waiting" | "allowed" | "denied" | "expired" | "withdrawn";

/** A question whether one tool call may be made. */
export interface Approval {
  readonly id: string;
  readonly conversationId: string;
  readonly turnId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  /** As the call has it; long texts in it are cut, and say so. */
  readonly input: unknown;
  /** One sentence: why somebody is asked. */
  readonly why: string;
  /** The rule that asked. */
  readonly rule: string | null;
  /** What the call would change, as a unified diff; a long one is cut, and says so. */
  readonly diff: string | null;
  /** One sentence: what a yes of a wider scope than `once` lets through from then on. */
  readonly grants: string;
  readonly scopes: readonly ApprovalScope[];
  /** Epoch milliseconds. */
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly status: ApprovalStatus;
  readonly answer?: ApprovalAnswer;
}

export interface ApprovalAnswer {
  /** Of a yes. */
  readonly scope?: ApprovalScope;
  /** Of a no: what the model reads. */
  readonly reason?: string;
  /** Who answered. */
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}
