import type { PromptTexts } from "./prompt-texts.ts";

/** One thing that a model reads: the system prompt, the tools, or one chunk of a message. */
export interface PromptEntry {
  readonly part: "system" | "tools" | "message";
  /** Of messages, counting from 1. */
  readonly message?: number;
  readonly role?: string;
  /** Within its message, counting from 1. */
  readonly chunk?: number;
  readonly type?: string;
  /** What is compared: all that is known of it but its text, as JSON, and the text. */
  readonly about: string;
  readonly text: string;
}

const goneText = "(no longer stored)";

/** A prompt as a model reads it, from its first byte to its last. Ids of messages and steps are left out: no provider is sent them. */
export function promptEntries({ system = goneText, tools = goneText, messages }: PromptTexts): readonly PromptEntry[] {
  return [
    { part: "system", about: "", text: system },
    { part: "tools", about: "", text: tools },
    ...messages.flatMap((message, index) => messageEntries(message, index + 1)),
  ];
}

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

function messageEntries(json: string | undefined, message: number): readonly PromptEntry[] {
  const plain = (text: string): readonly PromptEntry[] => [{ part: "message", message, about: "", text }];
  if (json === undefined) return plain(goneText);
  const value = parsed(json);
  if (!isFields(value) || typeof value.role !== "string" || !Array.isArray(value.parts) || value.parts.length === 0) return plain(json);
  const { role } = value;
  return value.parts.map((part: unknown, index) => ({ part: "message", message, role, chunk: index + 1, ...chunkOf(part) }));
}

/** The text of a chunk and, in front of it, everything else that makes it what it is. */
function chunkOf(part: unknown): { readonly type: string; readonly about: string; readonly text: string } {
  const chunk = isFields(part) ? part.chunk : undefined;
  if (!isFields(part) || !isFields(chunk)) return { type: "unknown", about: "", text: JSON.stringify(part) ?? "" };
  const field = textFields.find((name) => typeof chunk[name] === "string");
  const { [field ?? ""]: text, stepId: _, ...others } = chunk;
  const about = JSON.stringify({ ...others, ...(part.providerMetadata === undefined ? {} : { providerMetadata: part.providerMetadata }) });
  return { type: String(chunk.type), about, text: typeof text === "string" ? text : "" };
}

const textFields = ["text", "content", "message", "url"];

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
