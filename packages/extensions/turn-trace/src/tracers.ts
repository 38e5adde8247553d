import type { Clock, Log, Model } from "@dispatch/kernel";
import type { ModelContext, TurnContext, TurnLoop } from "@dispatch/session-orchestrator/contract";
import type { TurnMetrics } from "@dispatch/wire";
import type { TracedTurn } from "./contract.ts";
import { PromptManifests } from "./prompt-manifest.ts";
import { type RequestTrace, tracedModel } from "./provider-requests.ts";
import { SpanBook } from "./span-book.ts";
import { traceLoop } from "./trace-loop.ts";
import { TurnTracer, usageAttributes } from "./turn-tracer.ts";
import { WrittenBodies } from "./written-bodies.ts";

export interface TracersPorts {
  readonly log: Log;
  readonly clock: Clock;
  later(work: () => void): void;
  failed(thrown: unknown): void;
}

interface Sealed {
  readonly conversationId: string;
  readonly metrics: TurnMetrics;
  readonly model: string;
  readonly reason: string;
}

/** The turns that run now, by conversation: one at a time each. */
export class Tracers {
  readonly #ports: TracersPorts;
  readonly #bodies: WrittenBodies;
  readonly #running = new Map<string, { readonly turnId: string; readonly tracer: TurnTracer }>();

  constructor(ports: TracersPorts) {
    this.#ports = ports;
    this.#bodies = new WrittenBodies(ports.log, ports.clock);
  }

  loop(loop: TurnLoop, { conversationId, turnId, modelName }: TurnContext): TurnLoop {
    return (turn, ports) => {
      const tracer = this.#open(conversationId, turnId, { model: modelName, ...(turn.resumed === undefined ? {} : { resumed: true }) });
      this.#running.set(conversationId, { turnId, tracer });
      return traceLoop(loop, tracer)(turn, ports);
    };
  }

  model(model: Model, { conversationId, modelName, providerId }: ModelContext): Model {
    const attributes = { model: modelName, provider: providerId };
    return tracedModel(model, {
      begin: (request): RequestTrace => {
        const { tracer } = this.#running.get(conversationId) ?? {};
        if (tracer?.isAsking) {
          return { span: tracer.book.open("provider.request", attributes, tracer.parentSpanId), heard: (part) => tracer.heard(part) };
        }
        // Outside of a step, a conversation's model is asked to keep its cache warm, for one token, or for a summary.
        const purpose = request.outputTokensMax === 1 ? { warm: true } : { compaction: true };
        const book = tracer?.book ?? new SpanBook(this.#ports.log, this.#ports.clock, { conversationId });
        return { span: book.open("provider.request", { ...attributes, ...purpose }, tracer?.parentSpanId), heard() {} };
      },
    });
  }

  /** A turn that failed before its loop began has its own span alone. */
  sealed({ conversationId, metrics, model, reason }: Sealed): TracedTurn {
    const { turnId } = metrics;
    const running = this.#running.get(conversationId);
    const tracer = running?.turnId === turnId ? running.tracer : this.#open(conversationId, turnId, { model });
    if (running?.turnId === turnId) this.#running.delete(conversationId);
    tracer.end(reason === "error" ? "error" : "ok", { finishReason: reason, ...usageAttributes(metrics.usage) });
    return { conversationId, turnId, spans: tracer.book.closed };
  }

  #open(conversationId: string, turnId: string, attributes: { readonly [name: string]: string | boolean }): TurnTracer {
    const { log, clock, later, failed } = this.#ports;
    const book = new SpanBook(log, clock, { conversationId, turnId });
    return new TurnTracer({ book, manifests: new PromptManifests(this.#bodies), later, failed }, { ...attributes, conversationId, turnId });
  }
}
