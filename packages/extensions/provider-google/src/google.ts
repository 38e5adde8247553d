import { type Dialect, type SdkCall, type SdkConnection, type SdkProviderOptions, sdkProvider } from "@dispatch/ai-sdk-model";
import type { Provider } from "@dispatch/kernel";
import { cards } from "./cards.ts";
import { cardsOf } from "./listing.ts";

/** Gemini's `streamGenerateContent`. The base URL ends before `/models`. */
export const google = (options: SdkProviderOptions): Provider => sdkProvider({ cards, ...options }, generateContent);

const generateContent: Dialect = {
  connect,
  listing: { path: "/models?pageSize=1000", headers: (apiKey) => ({ "x-goog-api-key": apiKey }), cardsOf },
  shape: withThoughts,
};

/** Gemini thinks unseen unless it is asked to show its thoughts, and a model that does not think refuses to be asked. */
function withThoughts(call: SdkCall): SdkCall {
  if (call.reasoning === undefined) return call;
  return { ...call, providerOptions: { google: { thinkingConfig: { includeThoughts: true } } } };
}

async function connect({ id: _, baseUrl: baseURL, ...connection }: SdkConnection) {
  const { createGoogle } = await import("@ai-sdk/google");
  return createGoogle({ baseURL, ...connection }).languageModel;
}
