export { type AiSdkModelOptions, aiSdkModel } from "./ai-sdk-model.ts";
export { type OpenAiCompatibleOptions, openAiCompatible } from "./openai-compatible.ts";
export { type Fetch, type ProviderFetchOptions, providerFetch } from "./provider-fetch.ts";
export { type Dialect, type SdkCall, type SdkConnection, type SdkModel, type SdkProviderOptions, sdkProvider } from "./sdk-provider.ts";
