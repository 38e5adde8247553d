import { definePoint, type PointToken } from "@dispatch/kernel";

/** The turn for which a prompt is made. */
export interface PromptContext {
  readonly conversationId: string;
  /** Absolute real path of the folder that the conversation works in. */
  readonly cwd: string;
  /** `<credential>/<model>`. */
  readonly modelName: string;
  readonly workspaceId: string;
}

/** What a template may insert as `[type:name]` and ask for as `[if type:name]`. */
export interface PromptVariable {
  /** Word characters. */
  readonly type: string;
  /** Without `]`, and without white space at its end. */
  readonly name: string;
  /** For people who write templates. */
  readonly description: string;
  /** Answers for every name of its type that no other variable has; `name` is then a placeholder such as `<path>`. */
  readonly dynamic?: true;
  /**
   * The value for the name as the template writes it; `null` when there is none now. A throw counts as none, and so does an answer later than
   * `variableTimeoutMs`, when the signal aborts. Asked once a conversation, and again when its folder changes.
   */
  value(name: string, context: PromptContext, signal: AbortSignal): string | null | Promise<string | null>;
}

/** Every variable of this server. */
export const PromptVariables: PointToken<PromptVariable> = definePoint<PromptVariable>(
  "system-prompt/variables",
  ({ type, name }) => `${type}:${name}`,
);
