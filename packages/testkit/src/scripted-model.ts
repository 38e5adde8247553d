import type { Json, Model, ModelError, ModelFinish, ModelPart, ModelRequest } from "@dispatch/kernel";
import type { FaultKind, Usage } from "@dispatch/wire";
import { Gate } from "./gate.ts";

/** A part to hand out, a gate to wait at, something to do meanwhile (move a clock, pull a stop), or an error to throw: what the contract of a model forbids. */
export type ScriptedLine = ModelPart | Gate | (() => unknown) | Error;
/** The answer to one request. */
export type ScriptedAnswer = readonly ScriptedLine[] | ((request: ModelRequest) => readonly ScriptedLine[]);

/**
 * Plays one answer a request, in order, and keeps what it was asked. It hands out a part only when it is pulled. Asked more often than
 * there are answers, it fails with a `defect`. On an abort it ends with a `cancelled` error, as a provider's adapter does.
 */
export class ScriptedModel implements Model {
  readonly name = "testkit/scripted";
  readonly requests: ModelRequest[] = [];
  readonly signals: AbortSignal[] = [];
  /** Parts handed out so far. */
  handedOut = 0;
  /** Streams that run now. Zero at the end of a test shows that no request was left open. */
  open = 0;
  readonly #answers: readonly ScriptedAnswer[];
  readonly #deaf: boolean;

  /** A deaf model does not listen to its signal. */
  constructor(answers: readonly ScriptedAnswer[], options: { readonly deaf?: boolean } = {}) {
    this.#answers = answers;
    this.#deaf = options.deaf ?? false;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void, void> {
    const answer = this.#answers[this.requests.length] ?? [part.error("defect", "the script has no further answer", "testkit/no-answer")];
    this.requests.push(request);
    this.signals.push(signal);
    this.open += 1;
    try {
      yield* this.#play(typeof answer === "function" ? answer(request) : answer, signal);
    } finally {
      this.open -= 1;
    }
  }

  async *#play(lines: readonly ScriptedLine[], signal: AbortSignal): AsyncGenerator<ModelPart, void, void> {
    const heard = this.#deaf ? undefined : signal;
    for (const line of lines) {
      if (line instanceof Gate) await line.pass(heard);
      if (typeof line === "function") await line();
      if (heard?.aborted) return yield part.error("cancelled", "the request was aborted", "testkit/aborted");
      if (line instanceof Gate || typeof line === "function") continue;
      if (line instanceof Error) throw line;
      this.handedOut += 1;
      yield line;
    }
  }
}

/** Short names for the parts of a script. */
export const part = {
  text: (text: string): ModelPart => ({ type: "text-delta", text }),
  reasoning: (text: string, providerMetadata?: Json): ModelPart =>
    providerMetadata === undefined ? { type: "reasoning-delta", text } : { type: "reasoning-delta", text, providerMetadata },
  /** A string is what the model wrote, word for word; anything else is written as JSON. */
  call: (toolCallId: string, toolName: string, input: Json): ModelPart => ({
    type: "tool-call",
    toolCallId,
    toolName,
    inputText: typeof input === "string" ? input : JSON.stringify(input),
  }),
  usage: (inputTokens: number, outputTokens: number, more: Partial<Usage> = {}): ModelPart => ({
    type: "usage",
    usage: { inputTokens, outputTokens, ...more },
  }),
  finish: (unified: ModelFinish["unified"], raw?: string): ModelPart =>
    raw === undefined ? { type: "finish", unified } : { type: "finish", unified, raw },
  error: (kind: FaultKind, message: string, code: ModelError["code"] = "testkit/scripted", retryAfterMs?: number): ModelPart =>
    retryAfterMs === undefined ? { type: "error", message, code, kind } : { type: "error", message, code, kind, retryAfterMs },
};
