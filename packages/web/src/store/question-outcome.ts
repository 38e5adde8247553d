import type { Approval, ApprovalStatus } from "@dispatch/wire";
import type { Api } from "../protocol/api.ts";

const settled: readonly ApprovalStatus[] = ["allowed", "denied", "expired", "withdrawn"];
const unknownOutcome = "It waits no longer: it was answered elsewhere, or its turn has ended.";

/** What became of a question that was not answered from here. `undefined`: its turn was stopped or has ended, which needs no telling. */
export async function outcomeOf(api: Api, { id, conversationId }: Approval): Promise<string | undefined> {
  const conversation = encodeURIComponent(conversationId);
  const lists = await Promise.all(
    settled.map((status) =>
      api.call<{ readonly approvals: readonly Approval[] }>("GET", `/approvals?conversationId=${conversation}&status=${status}`).then(
        ({ approvals }) => approvals,
        () => [],
      ),
    ),
  );
  const question = lists.flat().find((one) => one.id === id);
  return question === undefined ? unknownOutcome : outcomeText(question);
}

export function outcomeText({ status, answer }: Pick<Approval, "status" | "answer">): string | undefined {
  switch (status) {
    case "allowed":
      return `It was allowed by ${answer?.by ?? "somebody else"}.`;
    case "denied":
      return `It was denied by ${answer?.by ?? "somebody else"}.${answer?.reason === undefined ? "" : ` They say: ${answer.reason}`}`;
    case "expired":
      return "Nobody answered in time: it was refused.";
    case "withdrawn":
      return undefined;
    case "waiting":
      return unknownOutcome;
  }
}
