import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Provider } from "@dispatch/kernel";
import { cardsOf } from "./model-cards.ts";
import { type Dialect, type SdkConnection, type SdkProviderOptions, sdkProvider } from "./sdk-provider.ts";

/** The base URL ends before `/chat/completions`. */
export type OpenAiCompatibleOptions = SdkProviderOptions;

/** Any server that speaks OpenAI's chat completions. */
export const openAiCompatible = (options: OpenAiCompatibleOptions): Provider => sdkProvider(options, chatCompletions);

const chatCompletions: Dialect = {
  connect,
  listing: { path: "/models", headers: (apiKey) => ({ authorization: `Bearer ${apiKey}` }), cardsOf },
};

async function connect({ id, baseUrl: baseURL, ...connection }: SdkConnection) {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  return createOpenAICompatible({ name: id, baseURL, includeUsage: true, convertUsage, ...connection }).chatModel;
}

interface ToldUsage {
  readonly prompt_tokens?: number | null | undefined;
  readonly completion_tokens?: number | null | undefined;
  /** The second is OpenRouter's own. */
  readonly prompt_tokens_details?:
    | { readonly cached_tokens?: number | null | undefined; readonly cache_write_tokens?: unknown }
    | null
    | undefined;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null | undefined } | null | undefined;
  /** DeepSeek's own name. */
  readonly prompt_cache_hit_tokens?: unknown;
}

/** As the SDK does it, except that a counter that was not told stays unknown instead of becoming zero. */
function convertUsage(told: ToldUsage | null | undefined): LanguageModelV4Usage {
  const hit = told?.prompt_cache_hit_tokens;
  const written = told?.prompt_tokens_details?.cache_write_tokens;
  const cacheWrite = typeof written === "number" ? written : undefined;
  const cacheRead = told?.prompt_tokens_details?.cached_tokens ?? (typeof hit === "number" ? hit : undefined);
  return {
    inputTokens: { total: told?.prompt_tokens ?? undefined, noCache: undefined, cacheRead, cacheWrite },
    outputTokens: {
      total: told?.completion_tokens ?? undefined,
      text: undefined,
      reasoning: told?.completion_tokens_details?.reasoning_tokens ?? undefined,
    },
  };
}
