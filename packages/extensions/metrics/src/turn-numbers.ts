import type { Model, ModelRequest } from "@dispatch/kernel";
import type { TurnMetrics } from "@dispatch/wire";
import type { MetricFamily, MetricSource } from "./contract.ts";
import { Counts } from "./counts.ts";
import { Histograms, longBounds } from "./histogram.ts";
import { KnownValues } from "./known-values.ts";

export const modelsMax = 50;
/** Providers word why they finish as they like. */
export const outcomesMax = 16;

export interface EndedTurn {
  readonly conversationId: string;
  readonly metrics: TurnMetrics;
  readonly model: string;
  readonly reason: string;
}

/** Turns, steps, tokens and requests to models. Nothing here is done for a delta. */
export class TurnNumbers implements MetricSource {
  readonly name = "turns";
  readonly #models = new KnownValues(modelsMax);
  readonly #outcomes = new KnownValues(outcomesMax);
  readonly #running = new Set<string>();
  readonly #turns = new Counts();
  readonly #steps = new Counts();
  readonly #tokens = new Counts();
  readonly #requests = new Counts();
  readonly #retries = new Counts();
  readonly #durations = new Histograms(longBounds);
  readonly #firstTokens = new Histograms(longBounds);

  readonly #isActive: (conversationId: string) => boolean;

  /** A turn whose end could not be stored is not told of: who runs is asked for. */
  constructor(isActive: (conversationId: string) => boolean) {
    this.#isActive = isActive;
  }

  started(conversationId: string): void {
    this.#running.add(conversationId);
  }

  ended({ conversationId, metrics, model: modelName, reason }: EndedTurn): void {
    const model = this.#models.of(modelName);
    this.#running.delete(conversationId);
    this.#turns.add({ model, outcome: this.#outcomes.of(reason) });
    this.#steps.add({ model }, metrics.steps.length);
    if (metrics.durationMs !== undefined) this.#durations.observe({ model }, metrics.durationMs / 1_000);
    for (const { ttftMs } of metrics.steps) if (ttftMs !== undefined) this.#firstTokens.observe({ model }, ttftMs / 1_000);
    for (const [kind, tokens] of tokensOf(metrics)) if (tokens > 0) this.#tokens.add({ model, kind }, tokens);
  }

  /** The same model, each request of which is counted; asked again for the same messages, it is a retry. */
  watch(model: Model, modelName: string): Model {
    const label = { model: this.#models.of(modelName) };
    let last: ModelRequest["messages"] | undefined;
    const { name, contextWindow, vision } = model;
    return {
      name,
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(vision === undefined ? {} : { vision }),
      stream: (request, signal) => {
        this.#requests.add(label);
        if (request.messages === last) this.#retries.add(label);
        last = request.messages;
        return model.stream(request, signal);
      },
    };
  }

  read(): readonly MetricFamily[] {
    for (const id of this.#running) if (!this.#isActive(id)) this.#running.delete(id);
    const counter = (name: string, help: string, counts: Counts) => ({ name, help, type: "counter" as const, samples: counts.samples() });
    return [
      counter("dispatch_turns", "Turns that have ended, by why.", this.#turns),
      counter("dispatch_steps", "Finished steps of ended turns.", this.#steps),
      counter(
        "dispatch_tokens",
        "Tokens of ended turns. Those from and into a cache count as input too, those of reasoning as output.",
        this.#tokens,
      ),
      counter("dispatch_model_requests", "Requests to models, those outside of turns included.", this.#requests),
      counter("dispatch_provider_retries", "Requests that repeat one that failed.", this.#retries),
      { name: "dispatch_running_turns", help: "Turns that run now.", type: "gauge", samples: [{ value: this.#running.size }] },
      {
        name: "dispatch_turn_duration_seconds",
        help: "From a turn's prompt to its end.",
        unit: "seconds",
        type: "histogram",
        samples: this.#durations.samples(),
      },
      {
        name: "dispatch_first_token_seconds",
        help: "From a step's request to the first text or reasoning of its answer.",
        unit: "seconds",
        type: "histogram",
        samples: this.#firstTokens.samples(),
      },
    ];
  }
}

const tokensOf = ({ usage }: TurnMetrics): readonly (readonly [kind: string, tokens: number])[] => [
  ["input", usage.inputTokens],
  ["output", usage.outputTokens],
  ["cache_read", usage.cacheReadTokens ?? 0],
  ["cache_write", usage.cacheWriteTokens ?? 0],
  ["reasoning", usage.reasoningTokens ?? 0],
];
