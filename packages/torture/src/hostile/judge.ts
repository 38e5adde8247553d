import { Fault } from "@dispatch/kernel";
import { patience } from "../patience.ts";
import { isPolluted } from "./hostile-values.ts";

/** What is wrong with how a call ended; `undefined` when it gave something, or refused with a fault that is not our own failure. */
export async function problemOfCall(call: () => unknown): Promise<string | undefined> {
  using waiting = patience();
  const late = Promise.withResolvers<string>();
  waiting.signal.addEventListener("abort", () => late.resolve(`it does not end: ${waiting.signal.reason}`));
  const problem = await Promise.race([late.promise, problemOf(call)]);
  return problem ?? (isPolluted() ? "the prototype of all objects was changed" : undefined);
}

async function problemOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.kind !== "defect") return undefined;
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : `it threw ${String(thrown)}`;
  }
}

/** What is wrong with an answer over HTTP: a failure of ours, or a refusal in no form. 503 and its like say that another side failed. */
export function problemOfAnswer(status: number, body: string): string | undefined {
  if (status < 400 || (headRefusals.has(status) && body === "")) return undefined;
  const told = parsed(body);
  if (status >= 500 && told?.kind !== "unavailable") return `it answered ${status}: ${body.slice(0, 400)}`;
  if (typeof told?.error !== "string" || typeof told.code !== "string" || typeof told.kind !== "string")
    return `it refused with ${status} and no reason: ${body.slice(0, 200)}`;
  return /\n\s+at /.test(body) ? `a stack crossed the wire: ${body.slice(0, 400)}` : undefined;
}

/** What cannot be read as a request, or whose head is too long, is refused by the runtime before we see it. */
const headRefusals: ReadonlySet<number> = new Set([400, 431]);

function parsed(body: string): { readonly error?: unknown; readonly code?: unknown; readonly kind?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
