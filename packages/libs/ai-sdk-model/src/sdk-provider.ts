import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { Model, ModelCard, Provider } from "@dispatch/kernel";
import { aiSdkModel } from "./ai-sdk-model.ts";
import { knownCards } from "./known-cards.ts";
import { listModels } from "./list-models.ts";
import { type Fetch, providerFetch } from "./provider-fetch.ts";
import { sdkModels } from "./sdk-models.ts";

export type SdkModel = LanguageModelV4;
export type SdkCall = LanguageModelV4CallOptions;

/** What every provider is told, whatever it speaks. */
export interface SdkProviderOptions {
  /** The provider's id in the registry and in model names for journals. What models give to be handed back goes to no other. */
  readonly id: string;
  /** What the dialect's paths are put behind: `https://opencode.ai/zen/go/v1`. */
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

/** What sets one AI SDK provider apart from the others. */
export interface Dialect {
  /** Loads the SDK and gives its models. Called at the first request, once. */
  connect(connection: SdkConnection): Promise<(modelId: string) => SdkModel>;
  readonly listing: {
    /** Behind the base URL: `/models`. */
    readonly path: string;
    headers(apiKey: string): { readonly [name: string]: string };
    /** Of the JSON that was told, in the server's order; `undefined` when that is no list. */
    cardsOf(told: unknown): readonly ModelCard[] | undefined;
  };
  /** The last word on a call before the SDK sees it: cache breakpoints, the provider's own options. Called for each attempt; must not change what it is given. */
  shape?(call: SdkCall, modelId: string): SdkCall;
}

export interface SdkConnection {
  readonly id: string;
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly headers?: { [name: string]: string };
  readonly fetch: typeof globalThis.fetch;
}

/** Any AI SDK provider. Its SDK is loaded at the first request, not at start-up. */
export function sdkProvider(options: SdkProviderOptions, dialect: Dialect): Provider {
  const { id, credential = id, apiKey, headers, idleTimeoutMs = 120_000, listTimeoutMs = 10_000, fetch = globalThis.fetch } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const known = knownCards(options.cards ?? []);
  const blame = blameOf(options);
  const keyed = apiKey === undefined ? {} : { apiKey };
  const connection: SdkConnection = {
    id,
    baseUrl,
    fetch: providerFetch({ idleTimeoutMs, fetch }) as typeof globalThis.fetch,
    ...keyed,
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  };
  const { shape } = dialect;
  const languageModel = sdkModels(() => dialect.connect(connection));
  const listing = {
    url: `${baseUrl}${dialect.listing.path}`,
    headers: { ...(apiKey === undefined ? {} : dialect.listing.headers(apiKey)), ...headers },
    cardsOf: dialect.listing.cardsOf,
    timeoutMs: listTimeoutMs,
    fetch,
    context: () => ({ name: credential, now: Date.now(), ...blame }),
  };
  return {
    id,
    listModels: async (signal) => (await listModels(listing, signal)).map(known.told),
    model(modelId): Model {
      const { contextWindow, vision } = known.of(modelId) ?? {};
      return aiSdkModel(() => languageModel(modelId), {
        name: `${id}/${modelId}`,
        knownAs: `${credential}/${modelId}`,
        providerId: id,
        ...blame,
        ...(shape === undefined ? {} : { shape: (call) => shape(call, modelId) }),
        ...(contextWindow === undefined ? {} : { contextWindow }),
        ...(vision === undefined ? {} : { vision }),
      });
    },
  };
}

const blameOf = ({ apiKey, baseUrl, keyName, baseUrlName }: SdkProviderOptions) => ({
  secrets: apiKey === undefined ? [] : [apiKey],
  host: new URL(baseUrl).host,
  ...(keyName === undefined ? {} : { keyName }),
  ...(baseUrlName === undefined ? {} : { baseUrlName }),
});
