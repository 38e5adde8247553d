import { defineSurface, type Surface, type SurfaceAction, type SurfaceFields } from "@dispatch/surface-registry/contract";
import { approvalReasonCharsMax, approvalScope, id } from "@dispatch/transport-contract";
import type { SurfaceField } from "@dispatch/ui-contract";
import type { Approval } from "@dispatch/wire";
import { z } from "zod";
import { BadAnswer } from "./faults.ts";
import type { Questions } from "./questions.ts";

/** Of the questions that are shown together; the others follow as these are answered. */
const surfaceCharsMax = 500_000;
const inputCharsMax = 300;

const answer = z.object({
  approvalId: id,
  allow: z.boolean(),
  scope: approvalScope.optional(),
  reason: z.string().max(approvalReasonCharsMax).optional(),
});

/** Who answers from within. */
const nobody = "the server";

/** The questions that wait, for a client that knows them, and as plain fields for one that does not. */
export const approvalsSurface = (questions: Questions): Surface =>
  defineSurface({
    id: "approvals",
    region: "side",
    title: "Approvals",
    scope: "global",
    read: () => fieldsOf(questions.list()),
    changes: (signal) => questions.changes(signal),
    /** Each question that waits has its own two, so that a plain button can name it. */
    get actions() {
      return {
        "approvals/answer": answerGiven(questions),
        ...Object.fromEntries(questions.list().flatMap(({ id }) => buttonActions(questions, id))),
      };
    },
  });

function fieldsOf(waiting: readonly Approval[]): SurfaceFields {
  const shown: Approval[] = [];
  let chars = 0;
  for (const approval of waiting) {
    chars += JSON.stringify(approval).length;
    if (chars > surfaceCharsMax && shown.length > 0) break;
    shown.push(approval);
  }
  const more = waiting.length - shown.length;
  return [
    { kind: "custom", rendererId: "approvals", payload: { approvals: shown } },
    { kind: "stat", label: "Waiting", value: String(waiting.length) },
    ...shown.flatMap(plainFields),
    ...(more === 0 ? [] : [{ kind: "stat", label: "Not shown yet", value: String(more) } as const]),
  ];
}

const plainFields = ({ id, toolName, input, why }: Approval): readonly SurfaceField[] => [
  { kind: "stat", label: toolName, value: cut(JSON.stringify(input)) },
  { kind: "stat", label: "Why", value: why },
  { kind: "button", label: `Allow ${toolName} once`, action: { actionId: `allow/${id}` } },
  { kind: "button", label: `Deny ${toolName}`, action: { actionId: `deny/${id}` } },
];

const answerGiven =
  (questions: Questions): SurfaceAction =>
  async (payload, _, by = nobody) => {
    const { success, data } = answer.safeParse(payload);
    if (!success) throw new BadAnswer();
    const { approvalId, allow, scope, reason } = data;
    await questions.answer(approvalId, allow ? { allow, scope, by } : { allow, reason, by });
  };

const buttonActions = (questions: Questions, id: string): readonly (readonly [string, SurfaceAction])[] => [
  [`allow/${id}`, async (_, __, by = nobody) => void (await questions.answer(id, { allow: true, by }))],
  [`deny/${id}`, async (_, __, by = nobody) => void (await questions.answer(id, { allow: false, by }))],
];

const cut = (text: string): string => (text.length > inputCharsMax ? `${text.slice(0, inputCharsMax)}…` : text);
