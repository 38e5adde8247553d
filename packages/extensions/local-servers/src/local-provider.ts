import { openAiCompatible } from "@dispatch/ai-sdk-model";
import type { Provider } from "@dispatch/kernel";

/** A server of this machine wants no key, and answers at once or not at all. It may not send us anywhere else. */
export function localProvider(name: string, address: string): Provider {
  const baseUrl = baseUrlOf(address);
  return openAiCompatible({
    id: name,
    baseUrl,
    baseUrlName: `DISPATCH_${name.toUpperCase()}_URL`,
    listTimeoutMs,
    fetch: (input, init) => fetch(input, { ...init, redirect: "error" }),
  });
}

export const baseUrlOf = (address: string): string => `${address.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1`;

const listTimeoutMs = 1_500;
