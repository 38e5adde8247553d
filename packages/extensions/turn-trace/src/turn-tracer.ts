import { type Attributes, type ModelPart, type ModelRequest, resultText, type ToolResult } from "@dispatch/kernel";
import type { Usage } from "@dispatch/wire";
import type { PromptManifests } from "./prompt-manifest.ts";
import type { OpenSpan, SpanBook } from "./span-book.ts";

interface OpenStep {
  readonly span: OpenSpan;
  ttft: OpenSpan | undefined;
  decode: OpenSpan | undefined;
  ending: Attributes;
  isFailed: boolean;
}

export interface TracerPorts {
  readonly book: SpanBook;
  readonly manifests: PromptManifests;
  /** Runs the work soon, when nobody waits for this task. */
  later(work: () => void): void;
  /** Something could not be traced. No turn fails for it. */
  failed(thrown: unknown): void;
}

/** The spans of one turn as its loop goes on: turn → step → prompt, ttft, decode, tool-call, provider.request. */
export class TurnTracer {
  readonly #ports: TracerPorts;
  readonly #turn: OpenSpan;
  readonly #calls = new Set<OpenSpan>();
  #step: OpenStep | undefined;
  #steps = 0;
  #promptsToCome: (() => void)[] = [];

  constructor(ports: TracerPorts, attributes: Attributes) {
    this.#ports = ports;
    this.#turn = ports.book.open("turn", attributes);
  }

  get book(): SpanBook {
    return this.#ports.book;
  }

  /** What the spans of requests belong to. */
  get parentSpanId(): string {
    return (this.#step?.span ?? this.#turn).spanId;
  }

  /** The running step has asked its model. */
  get isAsking(): boolean {
    return this.#step?.ttft !== undefined;
  }

  stepBegins(): void {
    this.#endStep();
    const span = this.book.open("step", { step: this.#steps++ }, this.#turn.spanId);
    this.#step = { span, ttft: undefined, decode: undefined, ending: {}, isFailed: false };
  }

  /** Also when it is asked again. */
  asked(request: ModelRequest): void {
    const step = this.#step;
    if (step === undefined) return;
    const isFirst = step.ttft === undefined;
    step.ttft?.end("error");
    step.decode?.end("error");
    step.isFailed = false;
    step.ttft = this.book.open("ttft", {}, step.span.spanId);
    if (!isFirst) return;
    // Hashing is nobody's first token: the request is on its way before that.
    this.#promptsToCome.push(() => this.#tracePrompt(request, step.span.spanId));
    this.#ports.later(() => this.#tracePrompts());
  }

  /** The model's part, as it comes from the provider. */
  heard(part: ModelPart): void {
    const step = this.#step;
    if (step === undefined) return;
    switch (part.type) {
      case "usage":
        step.ending = { ...step.ending, ...usageAttributes(part.usage) };
        return;
      case "error":
        step.isFailed = true;
        step.ending = { ...step.ending, finishReason: "error", "error.message": part.message, "error.code": part.code };
        this.#endAnswer(step, "error");
        return;
      case "finish":
        step.ending = { ...step.ending, finishReason: part.unified };
        this.#endAnswer(step, "ok");
        return;
      default:
        if (step.decode !== undefined) return;
        step.ttft?.end("ok");
        step.decode = this.book.open("decode", {}, step.span.spanId);
    }
  }

  async called(attributes: Attributes, run: () => Promise<ToolResult>): Promise<ToolResult> {
    const span = this.book.open("tool-call", attributes, this.parentSpanId);
    this.#calls.add(span);
    try {
      const result = await run();
      span.end("ok", { isError: result.refused === true, contentLength: resultText(result).length });
      return result;
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      span.end("error", { isError: true, contentLength: message.length, "error.message": message });
      throw thrown;
    } finally {
      this.#calls.delete(span);
    }
  }

  /** The turn is sealed. */
  end(status: "ok" | "error", attributes: Attributes): void {
    for (const call of this.#calls) call.end("error", { isError: true, orphaned: true });
    this.#calls.clear();
    this.#endStep();
    this.#turn.end(status, { ...attributes, steps: this.#steps });
  }

  #endStep(): void {
    this.#tracePrompts();
    const step = this.#step;
    this.#step = undefined;
    if (step === undefined) return;
    this.#endAnswer(step, "error");
    step.span.end(step.isFailed ? "error" : "ok", step.ending);
  }

  /** Without an end of its own the answer was cut. */
  #endAnswer({ ttft, decode }: OpenStep, status: "ok" | "error"): void {
    ttft?.end(status);
    decode?.end(status);
  }

  #tracePrompts(): void {
    const due = this.#promptsToCome;
    this.#promptsToCome = [];
    for (const trace of due) {
      try {
        trace();
      } catch (thrown) {
        this.#ports.failed(thrown);
      }
    }
  }

  #tracePrompt(request: ModelRequest, stepSpanId: string): void {
    const counts = { messageCount: request.messages.length, toolCount: request.tools.length };
    this.book.open("prompt", counts, stepSpanId, this.#ports.manifests.of(request)).end("ok");
  }
}

export function usageAttributes({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): Attributes {
  return {
    "usage.inputTokens": inputTokens,
    "usage.outputTokens": outputTokens,
    ...(cacheReadTokens === undefined ? {} : { "usage.cacheReadTokens": cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { "usage.cacheWriteTokens": cacheWriteTokens }),
  };
}
