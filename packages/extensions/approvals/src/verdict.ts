import type { Approval } from "@dispatch/wire";
import type { Verdict } from "./contract.ts";

/** What the asker is told of a question that waits no longer. */
export function verdictOf({ status, answer, askedAt, expiresAt }: Approval): Verdict {
  const by = answer?.by ?? "";
  if (status === "allowed") return { allowed: true, scope: answer?.scope ?? "once", by };
  return { allowed: false, by, reason: reasonOf(status, answer?.reason, expiresAt - askedAt) };
}

function reasonOf(status: Approval["status"], reason: string | undefined, waitedMs: number): string {
  if (status === "expired")
    return `Nobody answered within ${duration(waitedMs)}, so the call was not made. Go on without it, or say what you would need it for.`;
  if (status === "withdrawn") return "The question was withdrawn, so the call was not made.";
  if (reason === undefined)
    return "The person said no to this call. Do not repeat it in another form; go on without it, or ask what to do instead.";
  return `The person said no to this call: ${reason}`;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

function duration(ms: number): string {
  const [name, unitMs] = units.find(([, unitMs]) => ms >= unitMs) ?? ["second", 1_000];
  const count = Math.round(ms / unitMs);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
