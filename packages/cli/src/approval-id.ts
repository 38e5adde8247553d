import type { Approval } from "@dispatch/wire";
import { shortId } from "./approval-pieces.ts";
import { ClientFault, usageFault } from "./client-fault.ts";

/** An id of this length is whole and is used as it is: the server says what has become of it. */
const wholeIdChars = 32;

/** The question that a person means by the beginning of its id, as `approvals` shows it. */
export function resolveApprovalId(given: string, waiting: readonly Approval[]): string {
  if (given.trim() === "") throw usageFault("A question's id must not be blank. See dispatch approvals.");
  if (given.length >= wholeIdChars) return given;
  const found = waiting.filter(({ id }) => id.startsWith(given));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  if (found.length === 0)
    throw new ClientFault("missing", "cli/no-approval", `No question whose id begins with "${given}" waits. See dispatch approvals.`);
  const ids = found.slice(0, 20).map(({ id, toolName }) => `  ${shortId(id)} ${toolName}`);
  throw new ClientFault(
    "invalid",
    "cli/ambiguous-approval",
    `${found.length} questions begin with "${given}"; give more of the id:\n${ids.join("\n")}`,
  );
}
