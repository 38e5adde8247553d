import type { ModelCard } from "@dispatch/kernel";
import { cancelled, type FailureContext, failureOf, refused } from "./failure.ts";
import { ProviderFault } from "./provider-fault.ts";
import type { Fetch } from "./provider-fetch.ts";
import { WireFailure } from "./wire-failure.ts";

export interface Listing {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** Of the JSON that was told; `undefined` when that is no list. */
  readonly cardsOf: (told: unknown) => readonly ModelCard[] | undefined;
  readonly timeoutMs: number;
  readonly fetch: Fetch;
  readonly context: () => FailureContext;
}

/** In the server's order. Faults: those of a stream, `ai-sdk-model/no-list` (unavailable) when the answer is no list. */
export async function listModels(listing: Listing, signal: AbortSignal): Promise<readonly ModelCard[]> {
  const { url, headers, cardsOf, timeoutMs, fetch, context } = listing;
  const timeout = AbortSignal.timeout(timeoutMs);
  const answer = await ask(fetch, url, { headers, signal: AbortSignal.any([signal, timeout]) }).catch((thrown) => {
    if (signal.aborted) throw new ProviderFault(cancelled(context()), thrown);
    const failure = timeout.aborted
      ? new WireFailure("silent", `did not list its models within ${timeoutMs / 1_000} s`)
      : new WireFailure("unreachable", String(thrown instanceof Error ? thrown.message : thrown));
    throw new ProviderFault(failureOf(failure, context()), thrown);
  });
  if (!answer.response.ok) {
    const { status, headers: told } = answer.response;
    throw new ProviderFault(refused(status, answer.body, Object.fromEntries(told), context()), undefined);
  }
  const cards = cardsOf(parsed(answer.body));
  if (cards !== undefined) return cards.slice(0, modelsMax);
  const message = `${context().name} did not answer with a list of models. Check ${context().baseUrlName ?? "the provider's base URL"}.`;
  throw new ProviderFault({ type: "error", kind: "unavailable", code: "ai-sdk-model/no-list", message }, undefined);
}

const listBytesMax = 8 * 1024 * 1024;
const modelsMax = 2_000;

async function ask(fetch: Fetch, url: string, init: RequestInit): Promise<{ readonly response: Response; readonly body: string }> {
  const response = await fetch(url, init);
  const decoder = new TextDecoder();
  let body = "";
  let sizeBytes = 0;
  for await (const bytes of response.body ?? []) {
    sizeBytes += bytes.length;
    if (sizeBytes > listBytesMax) throw new Error(`the list of models is longer than ${listBytesMax} bytes`);
    body += decoder.decode(bytes, { stream: true });
  }
  return { response, body };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
