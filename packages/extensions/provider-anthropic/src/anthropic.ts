import { type Dialect, type SdkCall, type SdkConnection, type SdkProviderOptions, sdkProvider } from "@dispatch/ai-sdk-model";
import type { Provider } from "@dispatch/kernel";
import { withCacheBreakpoints } from "./cache-breakpoints.ts";
import { cards } from "./cards.ts";
import { cardsOf } from "./listing.ts";

/** Anthropic's messages. The base URL ends before `/messages`. */
export const anthropic = (options: SdkProviderOptions): Provider => sdkProvider({ cards, ...options }, messages);

const messages: Dialect = {
  connect,
  listing: {
    path: "/models?limit=1000",
    headers: (apiKey) => ({ "x-api-key": apiKey, "anthropic-version": "2023-06-01" }),
    cardsOf,
  },
  shape: (call, modelId) => withCacheBreakpoints(withRoom(call, modelId)),
};

/** Anthropic wants every request to say how much may be answered. The SDK knows that of Claude; of other models that speak so it believes too little for a file. */
function withRoom(call: SdkCall, modelId: string): SdkCall {
  return call.maxOutputTokens !== undefined || modelId.includes("claude-") ? call : { ...call, maxOutputTokens: unknownOutputTokensMax };
}

const unknownOutputTokensMax = 32_000;

async function connect({ id: _, baseUrl: baseURL, ...connection }: SdkConnection) {
  const { createAnthropic } = await import("@ai-sdk/anthropic");
  return createAnthropic({ baseURL, ...connection }).languageModel;
}
