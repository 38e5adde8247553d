import type { ServerFrame } from "@dispatch/transport-contract";
import type { AgentEvent } from "@dispatch/wire";

type Fields = { readonly [name: string]: unknown };

/**
 * One text frame of the server. `undefined` for what cannot be read, lacks a field or has a type of a newer server: such a frame is dropped,
 * never the connection.
 */
export function readFrame(text: string): ServerFrame | undefined {
  const frame = parsed(text);
  if (frame === undefined) return undefined;
  const fits = readers[frame.type as ServerFrame["type"]];
  return fits?.(frame) === true ? (frame as unknown as ServerFrame) : undefined;
}

const readers: { readonly [type in ServerFrame["type"]]: (frame: Fields) => boolean } = {
  catalog: ({ catalog }) => Array.isArray(catalog) && catalog.every((entry) => isFields(entry) && texts(entry, "id", "title", "region")),
  surface: ({ spec }) => isSpec(spec),
  update: ({ update }) => isFields(update) && texts(update, "surfaceId") && isSpec(update.spec),
  error: (frame) => texts(frame, "message"),
  "chat.delta": ({ event }) => isEvent(event),
  "chat.error": (frame) => texts(frame, "message"),
  "conversation.open": (frame) => texts(frame, "conversationId", "workspaceId"),
  "conversation.statusChanged": (frame) => texts(frame, "conversationId", "workspaceId") && statuses.has(frame.status as string),
  "conversation.compacted": (frame) => texts(frame, "conversationId", "newConversationId"),
};

const statuses = new Set(["active", "queued", "idle", "closed"]);

/** The fields without which an event means nothing. */
const eventTexts: { readonly [type in AgentEvent["type"]]: readonly string[] } = {
  status: ["status"],
  "user-message": ["turnId", "text"],
  "turn-start": ["turnId"],
  "text-delta": ["turnId", "delta"],
  "reasoning-delta": ["turnId", "delta"],
  "tool-call": ["turnId", "stepId", "toolCallId", "toolName"],
  "tool-output": ["turnId", "toolCallId", "data"],
  "tool-result": ["turnId", "toolCallId", "toolName", "content"],
  usage: ["turnId"],
  "step-complete": ["turnId", "stepId"],
  "provider-retry": ["turnId", "message"],
  steering: ["turnId", "text"],
  error: ["turnId", "message"],
  done: ["turnId", "reason"],
  "turn-sealed": ["turnId"],
};

function isEvent(event: unknown): boolean {
  if (!isFields(event) || !texts(event, "type", "conversationId")) return false;
  const needed = Object.hasOwn(eventTexts, event.type as string) ? eventTexts[event.type as AgentEvent["type"]] : undefined;
  return needed !== undefined && texts(event, ...needed);
}

const isSpec = (spec: unknown): boolean => isFields(spec) && texts(spec, "id", "region", "title") && Array.isArray(spec.fields);
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const texts = (fields: Fields, ...names: readonly string[]): boolean => names.every((name) => typeof fields[name] === "string");

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) && typeof value.type === "string" && Object.hasOwn(readers, value.type) ? value : undefined;
  } catch {
    return undefined;
  }
}
