import type { SharedEvent } from "@dispatch/session-orchestrator/contract";
import type { ServerFrame } from "@dispatch/transport-contract";

export const frameText = (frame: ServerFrame): string => JSON.stringify(frame);

const deltas = new WeakMap<SharedEvent, string>();

/** `chat.delta` of an event, built once however many clients it goes to. */
export function deltaText(shared: SharedEvent): string {
  const known = deltas.get(shared);
  if (known !== undefined) return known;
  const text = `{"type":"chat.delta","event":${shared.json}}`;
  deltas.set(shared, text);
  return text;
}
