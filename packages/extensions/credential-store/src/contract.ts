import { definePoint, defineService, type Model, type PointToken, type ServiceToken } from "@dispatch/kernel";
import type { ModelInfo } from "@dispatch/wire";

/** A name that people put before the `/` of a model name, and the provider behind it. */
export interface Credential {
  /** `^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`. */
  readonly name: string;
  readonly providerId: string;
  /** Makes the credential eligible as the default. */
  readonly defaultModel?: string;
  /** The setting that holds its key, for people: `DISPATCH_API_KEY`. */
  readonly keyName?: string;
  /** The default only where no other credential with a provider is. */
  readonly fallback?: true;
}
/** Listed in order of activation. */
export const Credentials: PointToken<Credential> = definePoint<Credential>("credential-store/credentials", ({ name }) => name);

export interface ResolvedModel {
  /** `<credential>/<model>`. */
  readonly name: string;
  readonly providerId: string;
  readonly model: Model;
}

export interface Catalog {
  readonly models: readonly string[];
  readonly modelInfo: { readonly [modelName: string]: ModelInfo };
}

export interface ModelCatalog {
  /**
   * Every credential whose provider answers; one that does not, or hangs past `listTimeoutMs`, never hides the others.
   * Faults: `credential-store/no-catalog` (unavailable) when there are providers and every one of them fails.
   */
  list(signal: AbortSignal): Promise<Catalog>;
  /**
   * Splits at the first `/`. Without a name: the default. Faults: `credential-store/unknown-credential` and `credential-store/unknown-model` (invalid),
   * `credential-store/no-key` (denied) when the credential has no provider, each naming what there is.
   */
  resolve(name?: string): ResolvedModel;
}
export const ModelCatalog: ServiceToken<ModelCatalog> = defineService<ModelCatalog>("credential-store/catalog");
