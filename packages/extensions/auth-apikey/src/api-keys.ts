import type { ApiKeys } from "./contract.ts";

export function apiKeys(given: { readonly [name: string]: string }): ApiKeys {
  const keys = new Map(
    Object.entries(given)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );
  return { get: (name) => keys.get(name) };
}
