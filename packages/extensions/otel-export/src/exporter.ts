import type { Clock } from "@dispatch/kernel";
import type { TracedTurn } from "@dispatch/turn-trace/contract";
import { requestSpansMax } from "./encode-spans.ts";
import { ExportNumbers } from "./export-numbers.ts";
import type { Posted } from "./post-spans.ts";
import { SpanQueue } from "./span-queue.ts";

/** Turns that end within this time go together. */
export const gatherMs = 1_000;
export const requestMs = 10_000;
export const attemptsMax = 6;
const firstDelayMs = 1_000;
const delayMsMax = 60_000;
/** For what is left when the server ends. */
export const flushMs = 2_000;

/** The body of one request. */
export interface Encoded {
  readonly json: string;
  readonly spans: number;
}

export interface ExporterPorts {
  readonly clock: Clock;
  /** In [0, 1): jitter. */
  random(): number;
  /** Made where it is sent, and not where a turn ends. Never rejects. */
  encode(turns: readonly TracedTurn[]): Promise<readonly Encoded[]>;
  post(json: string, signal: AbortSignal): Promise<Posted>;
  /** Told at the first of several failures. */
  failed(why: string): void;
}

/** `again`: it may be tried once more, after the wait that was asked for. */
type Outcome = { readonly end: "sent" | "refused" } | { readonly end: "again"; readonly retryAfterMs?: number };

/** Sends the spans of ended turns, in the background and bounded in memory and time: whoever hands a turn over never waits and never fails. */
export class Exporter {
  readonly #ports: ExporterPorts;
  readonly #queue: SpanQueue;
  readonly numbers: ExportNumbers;
  /** Taken from the queue and not settled. */
  #inHand: Encoded[] = [];
  #isFailing = false;

  constructor(ports: ExporterPorts) {
    this.#ports = ports;
    this.#queue = new SpanQueue((spans) => this.numbers.dropped("queue-full", spans));
    this.numbers = new ExportNumbers(() => this.#queue.spans);
  }

  /** Spans that nobody has begun to send. */
  get waiting(): number {
    return this.#queue.spans;
  }

  add(turn: TracedTurn): void {
    this.#queue.add(turn);
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#queue.filled(signal);
      await this.#ports.clock.sleep(gatherMs, signal);
      if (signal.aborted) return;
      this.#inHand = [...(await this.#ports.encode(this.#queue.take(requestSpansMax)))];
      for (let request = this.#inHand[0]; request !== undefined; request = this.#inHand[0]) {
        if (!(await this.#deliver(request, signal))) return;
        this.#inHand.shift();
      }
    }
  }

  /** What still waits gets one attempt each, all within `flushMs`; the rest is dropped. */
  async flush(): Promise<void> {
    const { clock, encode } = this.#ports;
    const late = new AbortController();
    const timer = new AbortController();
    void clock.sleep(flushMs, timer.signal).then(() => late.abort());
    for (let requests = this.#inHand; ; requests = [...(await encode(this.#queue.take(requestSpansMax)))]) {
      for (const request of requests) {
        const outcome = late.signal.aborted ? undefined : await this.#attempt(request, late.signal);
        if (outcome?.end !== "sent" && outcome?.end !== "refused") this.numbers.dropped("unreachable", request.spans);
      }
      if (this.#queue.isEmpty) break;
    }
    this.#inHand = [];
    timer.abort();
  }

  /** `false`: the signal aborted before it was settled. */
  async #deliver(request: Encoded, signal: AbortSignal): Promise<boolean> {
    const { clock, random } = this.#ports;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(request, signal);
      if (outcome.end !== "again") return true;
      if (signal.aborted) return false;
      if (attempt === attemptsMax) {
        this.numbers.dropped("unreachable", request.spans);
        return true;
      }
      const backOffMs = firstDelayMs * 2 ** (attempt - 1) * (0.5 + random() / 2);
      await clock.sleep(Math.min(delayMsMax, Math.max(outcome.retryAfterMs ?? 0, backOffMs)), signal);
      if (signal.aborted) return false;
    }
  }

  async #attempt({ json, spans }: Encoded, signal: AbortSignal): Promise<Outcome> {
    const posted = await this.#post(json, signal);
    if (typeof posted !== "string" && posted.status >= 200 && posted.status < 300) {
      this.#isFailing = false;
      this.numbers.sent(spans);
      return { end: "sent" };
    }
    if (!signal.aborted) this.#tell(typeof posted === "string" ? posted : `status ${posted.status}`);
    if (typeof posted === "string") return { end: "again" };
    if (transientStatuses.has(posted.status)) return { end: "again", ...posted };
    this.numbers.dropped("refused", spans);
    return { end: "refused" };
  }

  /** The answer, or why there was none. A request that hangs is given up. */
  async #post(json: string, signal: AbortSignal): Promise<Posted | string> {
    const { clock, post } = this.#ports;
    const done = new AbortController();
    const request = new AbortController();
    void clock.sleep(requestMs, AbortSignal.any([done.signal, signal])).then(() => request.abort());
    try {
      return await post(json, request.signal);
    } catch (thrown) {
      if (request.signal.aborted) return "no answer in time";
      return thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      done.abort();
    }
  }

  #tell(why: string): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#ports.failed(why);
  }
}

/** Those that OTLP says to try again. */
const transientStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
