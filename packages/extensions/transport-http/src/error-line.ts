import type { Fault } from "@dispatch/kernel";
import type { ErrorEvent } from "@dispatch/wire";

/** The line that ends a stream which has no turn of its own, or loses it. */
export function errorLine(conversationId: string, turnId: string, { message, code, kind }: Fault): string {
  const event: ErrorEvent = { type: "error", conversationId, turnId, message, code, kind };
  return `${JSON.stringify(event)}\n`;
}
