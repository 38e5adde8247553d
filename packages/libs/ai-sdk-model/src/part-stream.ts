import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ModelPart } from "@dispatch/kernel";
import { cancelled, type FailureContext, failureOf, unexplained } from "./failure.ts";
import { PartReader, type Several } from "./part-reader.ts";
import type { Reader } from "./reader.ts";

type Source = Reader<LanguageModelV4StreamPart>;
type Open = (signal: AbortSignal) => Promise<ReadableStream<LanguageModelV4StreamPart>>;

/**
 * One request as a stream of kernel parts. Written out rather than as a generator: each hop between promises is paid for by every delta of
 * every conversation. Never throws: a failure, or the caller's abort, is the last part. `return` ends the request at once.
 */
export class PartStream implements AsyncIterator<ModelPart, undefined> {
  readonly #open: Open;
  readonly #signal: AbortSignal;
  readonly #context: () => FailureContext;
  /** Ends the HTTP request, whoever wants that. */
  readonly #request = new AbortController();
  readonly #stopped = Promise.withResolvers<undefined>();
  readonly #parts: PartReader;
  #source: Source | undefined;
  /** Behind the part that was given last; mostly empty. */
  readonly #waiting: ModelPart[] = [];
  #over = false;

  constructor(open: Open, signal: AbortSignal, providerId: string, context: () => FailureContext) {
    this.#open = open;
    this.#parts = new PartReader(providerId, context);
    this.#signal = signal;
    this.#context = context;
    if (signal.aborted) this.#stop();
    else signal.addEventListener("abort", this.#stop, { once: true });
  }

  async next(): Promise<IteratorResult<ModelPart, undefined>> {
    if (this.#over) return { done: true, value: undefined };
    const part = this.#signal.aborted ? cancelled(this.#context()) : (this.#waiting.shift() ?? (await this.#read()));
    if (part.type === "finish") this.#close();
    else if (part.type === "error") this.#end();
    return { done: false, value: part };
  }

  async return(): Promise<IteratorResult<ModelPart, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  async #read(): Promise<ModelPart> {
    try {
      this.#source ??= await this.#connect();
      while (this.#source !== undefined) {
        const { done, value } = await this.#source.read();
        if (this.#signal.aborted) break;
        if (done || value === undefined) return unexplained(this.#context());
        const parts = this.#parts.read(value);
        if (parts === undefined) continue;
        if (!isSeveral(parts)) return parts;
        const [first, ...others] = parts;
        this.#waiting.push(...others);
        return first;
      }
      return cancelled(this.#context());
    } catch (thrown) {
      return this.#signal.aborted ? cancelled(this.#context()) : failureOf(thrown, this.#context());
    }
  }

  /** `undefined` when the request was ended first, also by a model that does not listen to its signal. */
  async #connect(): Promise<Source | undefined> {
    if (this.#request.signal.aborted) return undefined;
    const opening = this.#open(this.#request.signal);
    const stream = await Promise.race([opening, this.#stopped.promise]);
    if (stream !== undefined) return stream.getReader();
    opening.then((late) => late.cancel()).catch(() => {});
    return undefined;
  }

  readonly #stop = (): void => {
    this.#request.abort(this.#signal.reason);
    this.#stopped.resolve(undefined);
    this.#source?.cancel().catch(() => {});
  };

  #end(): void {
    if (this.#over) return;
    this.#close();
    this.#stop();
  }

  /** A request that has finished need not be ended: its connection can be used again. */
  #close(): void {
    this.#over = true;
    this.#signal.removeEventListener("abort", this.#stop);
    this.#source?.cancel().catch(() => {});
  }
}

const isSeveral = (parts: ModelPart | Several): parts is Several => Array.isArray(parts);
