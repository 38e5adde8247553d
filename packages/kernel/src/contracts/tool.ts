import { Fault } from "./fault.ts";
import type { Json } from "./json.ts";
import type { Schema } from "./schema.ts";
import type { Workspace } from "./workspace.ts";

export interface Tool<Input = unknown> {
  /** `^[a-z][a-z0-9_]{0,63}$`. */
  readonly name: string;
  /** For the model. */
  readonly description: string;
  readonly input: Schema<Input>;
  /** Reads may overlap; a write runs alone in its turn, and only after the model's stream has ended cleanly. */
  readonly effect: "read" | "write";
  /** Counts from the start of `run`. */
  readonly timeoutMs: number;
  /** An expected "no" is `refuse(…)`. A throw is an error result; the model reads the fault's message. Ends soon after the signal aborts. */
  run(input: Input, call: ToolCall): Promise<ToolResult>;
}

export interface ToolCall {
  readonly id: string;
  readonly conversationId: string;
  readonly turnId: string;
  readonly workspace: Workspace;
  /** Aborts on stop and when the deadline passes. */
  readonly signal: AbortSignal;
  /** Output as it comes, for people; the model reads the result alone. */
  progress(output: ToolOutput): void;
}

export interface ToolOutput {
  readonly stream: "stdout" | "stderr";
  readonly data: string;
}

export interface ToolResult {
  readonly content: readonly ToolContent[];
  /** For a screen; never reaches the model. */
  readonly details?: Json;
  /** The tool said no. The model reads why. */
  readonly refused?: true;
}

export type ToolContent = { readonly type: "text"; readonly text: string };

/** Widens a typed tool to what collections hold. The kernel validates before it runs, so the narrowing is safe. */
export function defineTool<Input>(tool: Tool<Input>): Tool {
  return tool as Tool<unknown> as Tool;
}

export function say(text: string, details?: Json): ToolResult {
  return details === undefined ? { content: [{ type: "text", text }] } : { content: [{ type: "text", text }], details };
}

export function refuse(reason: string, details?: Json): ToolResult {
  return { ...say(reason, details), refused: true };
}

/** A fault that a tool reckons with becomes a refusal whose text the model reads. What nobody reckons with is thrown on. */
export function refuseFault(thrown: unknown): ToolResult {
  const surprise = !Fault.is(thrown) || thrown.kind === "defect" || thrown.kind === "unavailable" || thrown.kind === "cancelled";
  if (surprise) throw thrown;
  return refuse(thrown.message, { code: thrown.code });
}

export function resultText(result: ToolResult): string {
  return result.content.map((part) => part.text).join("\n");
}
