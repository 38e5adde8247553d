import type { SdkProviderOptions } from "@dispatch/ai-sdk-model";
import type { Provider } from "@dispatch/kernel";
import type { KeyedCredential } from "./configuration.ts";

/** What an extension contributes for one credential: always its name, so that it says what is missing; the provider only when it can answer. */
export interface Contribution {
  readonly credential: { readonly name: string; readonly providerId: string; readonly defaultModel?: string; readonly keyName?: string };
  readonly provider?: Provider;
}

/** `keyOf` gives a key by the name of its variable; `open` makes the provider of one credential. */
export function contributionsOf(
  credentials: readonly KeyedCredential[],
  keyOf: (name: string) => string | undefined,
  { baseUrl: usualBaseUrl, open }: { readonly baseUrl: string; readonly open: (options: SdkProviderOptions) => Provider },
): readonly Contribution[] {
  return credentials.map(({ name, providerId = name, baseUrl = usualBaseUrl, baseUrlName, keyName, model }) => {
    const named = keyName === undefined ? {} : { keyName };
    const credential = { name, providerId, ...named, ...(model === undefined ? {} : { defaultModel: model }) };
    const apiKey = keyName === undefined ? undefined : keyOf(keyName);
    if (keyName !== undefined && apiKey === undefined) return { credential };
    const options = { id: providerId, credential: name, baseUrl, ...named, ...(baseUrlName === undefined ? {} : { baseUrlName }) };
    return { credential, provider: open(apiKey === undefined ? options : { ...options, apiKey }) };
  });
}
