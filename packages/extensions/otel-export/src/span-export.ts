import type { ApiKeys } from "@dispatch/auth-apikey/contract";
import type { Clock, Message } from "@dispatch/kernel";
import type { FinishedSpan } from "@dispatch/otlp-spans";
import type { Secrets } from "@dispatch/secrets/contract";
import type { TracedTurn } from "@dispatch/turn-trace/contract";
import { CapturedPrompts } from "./captured-prompts.ts";
import { encodeSpans } from "./encode-spans.ts";
import { type Encoded, Exporter } from "./exporter.ts";
import { finishedSpansOf, requestsOf } from "./finished-spans.ts";
import { headerList } from "./header-list.ts";
import { maskedContents } from "./masked-contents.ts";
import { postSpans } from "./post-spans.ts";
import { traceUrl } from "./trace-url.ts";

const headersName = "OTEL_EXPORTER_OTLP_HEADERS";
/** Beyond so many, spans wait without content: a collector that is down must not keep whole conversations in memory. */
const contentWaitingSpansMax = 1_000;

export interface SpanExportOptions {
  readonly endpoint: string;
  readonly version: string;
  readonly keys: ApiKeys;
  readonly secrets: Pick<Secrets, "mask">;
  readonly clock: Clock;
  failed(url: string, why: string): void;
}

/** From a turn that was traced to what a collector gets. */
export class SpanExport {
  readonly prompts: CapturedPrompts = new CapturedPrompts();
  readonly exporter: Exporter;
  readonly #version: string;
  readonly #clock: Clock;
  readonly #mask: (text: string) => string;
  /** What models were told, where that is sent too. */
  readonly #told = new WeakMap<TracedTurn, readonly (readonly Message[])[]>();

  constructor({ endpoint, version, keys, secrets, clock, failed }: SpanExportOptions) {
    this.#version = version;
    this.#clock = clock;
    this.#mask = (text) => secrets.mask(text);
    const target = { url: traceUrl(endpoint), headers: headerList(keys.get(headersName) ?? "") };
    this.exporter = new Exporter({
      clock,
      random: Math.random,
      encode: (turns) => this.#encode(turns),
      post: (json, signal) => postSpans(json, target, signal),
      failed: (why) => failed(target.url, this.#mask(why)),
    });
  }

  add(turn: TracedTurn): void {
    const told = this.prompts.end(turn.conversationId, requestsOf(turn.spans).length);
    if (told.length > 0 && this.exporter.waiting <= contentWaitingSpansMax) this.#told.set(turn, told);
    this.exporter.add(turn);
  }

  async #encode(turns: readonly TracedTurn[]): Promise<readonly Encoded[]> {
    const mask = this.#mask;
    const spans: FinishedSpan[] = [];
    for (const turn of turns) {
      const contents = await maskedContents(this.#told.get(turn) ?? [], { mask, rest: () => this.#clock.sleep(0) });
      spans.push(...finishedSpansOf(turn, mask, contents));
    }
    return encodeSpans(spans, this.#version);
  }
}
