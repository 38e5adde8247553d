import type { Attributes, LogLevel } from "@dispatch/kernel";
import type { SpanLink } from "./record.ts";

/** A record on its way: all have the same fields in the order of a canonical line, so that making one costs next to nothing. */
export interface Entry {
  readonly attributes: Attributes | undefined;
  readonly body: string | undefined;
  readonly conversationId: string | undefined;
  readonly durationMs: number | undefined;
  readonly extensionId: string;
  readonly kind: "log" | "span-open" | "span-close";
  readonly level: LogLevel | undefined;
  readonly links: readonly SpanLink[] | undefined;
  readonly msg: string | undefined;
  readonly name: string | undefined;
  readonly parentSpanId: string | undefined;
  readonly spanId: string | undefined;
  readonly status: "ok" | "error" | undefined;
  readonly timestamp: number;
  readonly turnId: string | undefined;
}

/** A copy, because callers may go on with theirs. What is no plain value becomes one: an error its message and stack, anything else its JSON. */
export function flatAttributes(given: Attributes | undefined): Attributes | undefined {
  if (given === undefined || given === null) return undefined;
  const copy: { readonly [name: string]: unknown } = { ...given };
  // biome-ignore lint/suspicious/noForIn: whoever logs waits for this, and a list of the values takes three times as long.
  for (const name in copy) if (!isPlain(copy[name])) return flattened(copy);
  return copy as Attributes;
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null || value === undefined;
}

function flattened(attributes: { readonly [name: string]: unknown }): Attributes {
  return Object.fromEntries(Object.entries(attributes).flatMap(([name, value]) => flat(name, value)));
}

function flat(name: string, value: unknown): readonly (readonly [string, string | number | boolean | null])[] {
  if (value instanceof Error) return Object.entries(errorAttributes(value));
  if (value === undefined) return [];
  if (isPlain(value)) return [[name, value as string]];
  try {
    return [[name, JSON.stringify(value) ?? String(value)]];
  } catch {
    return [[name, String(value)]];
  }
}

/** How the journal names what was thrown. */
export const errorAttributes = (thrown: unknown): Attributes =>
  thrown instanceof Error
    ? { "error.message": thrown.message, ...(thrown.stack === undefined ? {} : { "error.stack": thrown.stack }) }
    : { "error.message": String(thrown) };

/** About how many bytes it holds while it waits: its texts, and what any record takes. */
export function sizeOf({ attributes, body, msg, name }: Entry): number {
  let size = 256 + (body?.length ?? 0) + (msg?.length ?? 0) + (name?.length ?? 0);
  // biome-ignore lint/suspicious/noForIn: as above.
  for (const key in attributes) {
    const value = attributes[key];
    size += typeof value === "string" ? 16 + value.length : 24;
  }
  return size;
}
