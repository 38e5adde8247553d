import type { OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Model, ModelCard, Provider } from "@dispatch/kernel";
import { aiSdkModel } from "./ai-sdk-model.ts";
import { listModels } from "./list-models.ts";
import { type Fetch, providerFetch } from "./provider-fetch.ts";

export interface OpenAiCompatibleOptions {
  /** The provider's id in the registry and in model names for journals. */
  readonly id: string;
  /** Ends before `/chat/completions`: `https://opencode.ai/zen/go/v1`. */
  readonly baseUrl: string;
  /** Absent for servers that want none, as local ones do. */
  readonly apiKey?: string;
  /** What stands before the `/` where people write its model names. Default: `id`. */
  readonly credential?: string;
  /** Where the key is set, for messages: `DISPATCH_API_KEY`. */
  readonly keyName?: string;
  /** Where the base URL is set, for messages: `DISPATCH_BASE_URL`. */
  readonly baseUrlName?: string;
  readonly headers?: { readonly [name: string]: string };
  /** Default 120 s. */
  readonly idleTimeoutMs?: number;
  /** Default 10 s. */
  readonly listTimeoutMs?: number;
  /** What is known of models beforehand; what the server tells of itself counts more. */
  readonly cards?: readonly ModelCard[];
  readonly fetch?: Fetch;
}

/** Any server that speaks OpenAI's chat completions. The SDK is loaded at the first request, not at start-up. */
export function openAiCompatible(options: OpenAiCompatibleOptions): Provider {
  const {
    id,
    credential = id,
    baseUrl,
    apiKey,
    keyName,
    baseUrlName,
    headers,
    idleTimeoutMs = 120_000,
    listTimeoutMs = 10_000,
    cards = [],
    fetch = globalThis.fetch,
  } = options;
  const known = new Map(cards.map((card) => [card.id, card]));
  const blame = {
    secrets: apiKey === undefined ? [] : [apiKey],
    host: new URL(baseUrl).host,
    ...(keyName === undefined ? {} : { keyName }),
    ...(baseUrlName === undefined ? {} : { baseUrlName }),
  };
  const languageModel = sharedModels(() => connect(options, providerFetch({ idleTimeoutMs, fetch })));
  const listing = {
    baseUrl: baseUrl.replace(/\/+$/, ""),
    headers: { ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }), ...headers },
    timeoutMs: listTimeoutMs,
    fetch,
    context: () => ({ name: credential, now: Date.now(), ...blame }),
  };

  return {
    id,
    async listModels(signal) {
      const told = await listModels(listing, signal);
      for (const card of told) known.set(card.id, { ...known.get(card.id), ...card });
      return told.map((card) => known.get(card.id) ?? card);
    },
    model(modelId): Model {
      const contextWindow = known.get(modelId)?.contextWindow;
      const name = `${id}/${modelId}`;
      const knownAs = `${credential}/${modelId}`;
      return aiSdkModel(() => languageModel(modelId), {
        name,
        knownAs,
        ...blame,
        ...(contextWindow === undefined ? {} : { contextWindow }),
      });
    },
  };
}

type Sdk = Pick<OpenAICompatibleProvider, "chatModel">;

async function connect({ id, baseUrl, apiKey, headers }: OpenAiCompatibleOptions, fetch: Fetch): Promise<Sdk> {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  return createOpenAICompatible({
    name: id,
    baseURL: baseUrl,
    includeUsage: true,
    convertUsage,
    fetch: fetch as typeof globalThis.fetch,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(headers === undefined ? {} : { headers }),
  });
}

/** One SDK model an id: each compiles its own schemas at its first answer, which costs more than the answer. */
function sharedModels(connectOnce: () => Promise<Sdk>): (modelId: string) => Promise<LanguageModelV4> {
  let sdk: Promise<Sdk> | undefined;
  const models = new Map<string, LanguageModelV4>();
  return async (modelId) => {
    sdk ??= connectOnce();
    const { chatModel } = await sdk;
    const model = models.get(modelId) ?? chatModel(modelId);
    models.delete(modelId);
    models.set(modelId, model);
    for (const oldest of models.keys()) if (models.size > sharedModelsMax) models.delete(oldest);
    return model;
  };
}

const sharedModelsMax = 64;

interface ToldUsage {
  readonly prompt_tokens?: number | null | undefined;
  readonly completion_tokens?: number | null | undefined;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null | undefined } | null | undefined;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null | undefined } | null | undefined;
  /** DeepSeek's own name. */
  readonly prompt_cache_hit_tokens?: unknown;
}

/** As the SDK does it, except that a counter that was not told stays unknown instead of becoming zero. */
function convertUsage(told: ToldUsage | null | undefined): LanguageModelV4Usage {
  const hit = told?.prompt_cache_hit_tokens;
  const cacheRead = told?.prompt_tokens_details?.cached_tokens ?? (typeof hit === "number" ? hit : undefined);
  return {
    inputTokens: { total: told?.prompt_tokens ?? undefined, noCache: undefined, cacheRead, cacheWrite: undefined },
    outputTokens: {
      total: told?.completion_tokens ?? undefined,
      text: undefined,
      reasoning: told?.completion_tokens_details?.reasoning_tokens ?? undefined,
    },
  };
}
