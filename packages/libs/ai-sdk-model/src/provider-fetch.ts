import { answerBody, type Exchange } from "./answer-body.ts";
import { IdleWatch } from "./idle-watch.ts";
import { WireFailure } from "./wire-failure.ts";

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface ProviderFetchOptions {
  /** Ends a request that has been silent for so long, before its headers as well as between two bytes. */
  readonly idleTimeoutMs: number;
  readonly fetch: Fetch;
}

/**
 * The `fetch` to give to an SDK that streams chat completions. Every failure on the line is a `WireFailure`, except the caller's own abort;
 * abort and cancelled bodies end the connection at once.
 */
export function providerFetch({ idleTimeoutMs, fetch }: ProviderFetchOptions): Fetch {
  return async (input, init = {}) => {
    const exchange = new HttpExchange(idleTimeoutMs, init.signal ?? undefined);
    try {
      const response = await fetch(input, { ...init, signal: exchange.signal });
      exchange.note(performance.now());
      if (response.body === null) {
        exchange.close();
        return response;
      }
      const { status, statusText, headers } = response;
      return new Response(answerBody(response.body, exchange, response.ok), { status, statusText, headers });
    } catch (thrown) {
      exchange.end();
      throw exchange.failure(thrown, "unreachable");
    }
  };
}

class HttpExchange implements Exchange {
  readonly #request = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #watch: IdleWatch;
  #silent: WireFailure | undefined;

  constructor(idleTimeoutMs: number, caller: AbortSignal | undefined) {
    this.#caller = caller;
    this.#watch = new IdleWatch(idleTimeoutMs, () => {
      this.#silent = new WireFailure("silent", `sent nothing for ${idleTimeoutMs / 1_000} s`);
      this.end();
    });
    if (caller?.aborted) this.end();
    else caller?.addEventListener("abort", this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  note(nowMs: number): void {
    this.#watch.note(nowMs);
  }

  close(): void {
    this.#watch[Symbol.dispose]();
    this.#caller?.removeEventListener("abort", this.#follow);
  }

  end(): void {
    this.close();
    this.#request.abort(this.#caller?.reason);
  }

  failure(thrown: unknown, trouble: "unreachable" | "lost" = "lost"): unknown {
    if (this.#silent !== undefined) return this.#silent;
    if (this.#caller?.aborted) return thrown;
    return new WireFailure(trouble, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }

  readonly #follow = (): void => this.end();
}
