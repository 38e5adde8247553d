import type { Json } from "@dispatch/kernel";

/** What an SDK gives to be handed back: by the SDK's own name of its provider. */
export interface SdkMetadata {
  readonly [name: string]: { readonly [field: string]: never };
}

/**
 * Metadata on its way into the log, under the id of the provider that gave it: what one encrypted or signed is worth nothing to another, not
 * even to another account of the same service.
 */
export const keptFor = (providerId: string, metadata: object): Json => ({ [providerId]: metadata as Json });

/** The same on its way back, unchanged; `undefined` when another gave it. */
export function givenBy(providerId: string, metadata: Json | undefined): SdkMetadata | undefined {
  if (!isObject(metadata)) return undefined;
  const own = metadata[providerId];
  return isObject(own) ? (own as unknown as SdkMetadata) : undefined;
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
