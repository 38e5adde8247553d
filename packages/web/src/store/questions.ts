import type { SurfaceSpec } from "@dispatch/ui-contract";
import type { Approval, ApprovalScope } from "@dispatch/wire";

/** The questions that wait, as the surface of that name tells them. */
export interface Questions {
  /** Oldest first. */
  readonly waiting: readonly Approval[];
  /** With those that the server does not show yet. */
  readonly total: number;
}

export interface QuestionChanges {
  readonly came: readonly Approval[];
  readonly went: readonly Approval[];
}

export const noQuestions: Questions = { waiting: [], total: 0 };
export const approvalsSurface = "approvals";

export function questionsIn(spec: SurfaceSpec): Questions {
  const field = spec.fields.find((one) => one.kind === "custom" && one.rendererId === approvalsSurface);
  const waiting = field?.kind === "custom" ? questionsOf(field.payload) : [];
  const told = spec.fields.find((one) => one.kind === "stat" && one.label === "Waiting");
  const total = told?.kind === "stat" ? Number(told.value) : Number.NaN;
  return { waiting, total: Number.isInteger(total) ? Math.max(total, waiting.length) : waiting.length };
}

/** What came and what went from one telling of the server to the next. What was answered from here went by that. */
export function changesOf(before: Questions, after: Questions, isAnswered: (id: string) => boolean): QuestionChanges {
  const missingIn =
    ({ waiting }: Questions) =>
    (question: Approval) =>
      waiting.every(({ id }) => id !== question.id);
  return {
    came: after.waiting.filter(missingIn(before)),
    went: before.waiting.filter(missingIn(after)).filter(({ id }) => !isAnswered(id)),
  };
}

/** What cannot be read as a question is left out: nobody can answer it. */
export function questionsOf(payload: unknown): readonly Approval[] {
  const list = (payload as { approvals?: unknown } | null | undefined)?.approvals;
  return Array.isArray(list) ? list.flatMap((one) => questionOf(one) ?? []) : [];
}

const scopes: ReadonlySet<unknown> = new Set<ApprovalScope>(["once", "conversation", "workspace", "always"]);
const needed = ["id", "conversationId", "toolCallId", "toolName", "why", "status"] as const;

function questionOf(given: unknown): Approval | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const one = given as { readonly [name in keyof Approval]?: unknown };
  if (!needed.every((name) => typeof one[name] === "string") || one.status !== "waiting") return undefined;
  const offered = Array.isArray(one.scopes) ? one.scopes.filter((scope) => scopes.has(scope)) : [];
  return {
    ...(one as unknown as Approval),
    rule: textOr(one.rule, null),
    diff: textOr(one.diff, null),
    grants: textOr(one.grants, ""),
    scopes: offered,
    askedAt: typeof one.askedAt === "number" ? one.askedAt : 0,
    expiresAt: typeof one.expiresAt === "number" ? one.expiresAt : Number.POSITIVE_INFINITY,
  };
}

const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === "string" ? value : otherwise);
