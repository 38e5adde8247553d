import type { JournalRecord } from "./record.ts";

/** `undefined` for what is no record: half a line, other JSON, a field of the wrong type. */
export function parseRecord(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Fields = { readonly [name: string]: unknown };

function isRecord(value: unknown): value is JournalRecord {
  if (!isFields(value)) return false;
  const { kind, timestamp, extensionId, attributes, links } = value;
  if (!Number.isFinite(timestamp) || typeof extensionId !== "string") return false;
  if (!optionalTexts.every((name) => isOptionalText(value[name]))) return false;
  if (attributes !== undefined && !isAttributes(attributes)) return false;
  if (links !== undefined && !(Array.isArray(links) && links.every(isLink))) return false;
  return (kind === "log" && isLog(value)) || (kind === "span-open" && isSpan(value)) || (kind === "span-close" && isClose(value));
}

const optionalTexts = ["conversationId", "turnId", "parentSpanId", "spanId", "body"] as const;
const levels: readonly unknown[] = ["debug", "info", "warn", "error"];

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === "string";
const isLog = ({ level, msg }: Fields): boolean => typeof msg === "string" && levels.includes(level);
const isSpan = ({ spanId, name }: Fields): boolean => typeof spanId === "string" && typeof name === "string";
const isClose = (value: Fields): boolean =>
  isSpan(value) && Number.isFinite(value.durationMs) && (value.status === "ok" || value.status === "error");
const isLink = (value: unknown): boolean =>
  isFields(value) && typeof value.spanId === "string" && isOptionalText(value.turnId) && isOptionalText(value.reason);
const isAttributes = (value: unknown): boolean =>
  isFields(value) && Object.values(value).every((one) => one === null || ["string", "number", "boolean"].includes(typeof one));
