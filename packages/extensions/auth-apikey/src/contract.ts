import { defineService, type ServiceToken } from "@dispatch/kernel";

/** Keys by the name of their environment variable. The one place that holds them. */
export interface ApiKeys {
  /** `undefined` when unset or blank. */
  get(name: string): string | undefined;
}
export const ApiKeys: ServiceToken<ApiKeys> = defineService<ApiKeys>("auth-apikey/keys");
