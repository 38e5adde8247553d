import { type Dialect, type SdkCall, type SdkConnection, type SdkProviderOptions, sdkProvider } from "@dispatch/ai-sdk-model";
import type { Provider } from "@dispatch/kernel";
import { cards } from "./cards.ts";
import { cardsOf } from "./listing.ts";

/** OpenAI's Responses. The base URL ends before `/responses`. */
export const openai = (options: SdkProviderOptions): Provider => sdkProvider({ cards, idleTimeoutMs, ...options }, responses);

/** OpenAI says nothing while a model thinks without summaries, and some think for minutes. */
const idleTimeoutMs = 300_000;

const responses: Dialect = {
  connect,
  listing: { path: "/models", headers: (apiKey) => ({ authorization: `Bearer ${apiKey}` }), cardsOf },
  shape: unstored,
};

/** OpenAI keeps nothing of a conversation: reasoning comes encrypted, and goes back with the next request. */
function unstored(call: SdkCall): SdkCall {
  return { ...call, providerOptions: { openai: { store: false } } };
}

async function connect({ id: _, baseUrl: baseURL, ...connection }: SdkConnection) {
  const { createOpenAI } = await import("@ai-sdk/openai");
  return createOpenAI({ baseURL, ...connection }).responses;
}
