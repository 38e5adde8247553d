import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import {
  concurrencyStatus,
  deleteConcurrencyLimit,
  getConcurrencyCooldown,
  getConcurrencyLimit,
  listConcurrencyLimits,
  setConcurrencyCooldown,
  setConcurrencyLimit,
} from "@dispatch/transport-contract";
import type { ProviderLimits } from "./limits.ts";

export function concurrencyOps(limits: ProviderLimits): readonly ImplementedOp[] {
  return [
    implement(listConcurrencyLimits, () => ({ limits: limits.all() })),
    implement(getConcurrencyLimit, ({ providerId }) => ({ providerId, limit: limits.limit(providerId) })),
    implement(setConcurrencyLimit, async ({ providerId, limit }) => {
      await limits.change(providerId, { limit });
      return { providerId, limit };
    }),
    implement(deleteConcurrencyLimit, async ({ providerId }) => {
      limits.limit(providerId);
      await limits.change(providerId, { limit: null });
      return { ok: true as const, providerId };
    }),
    implement(getConcurrencyCooldown, ({ providerId }) => ({ providerId, cooldownMs: limits.settings(providerId).cooldownMs })),
    implement(setConcurrencyCooldown, async ({ providerId, cooldownMs }) => {
      await limits.change(providerId, { cooldownMs });
      return { providerId, cooldownMs };
    }),
    implement(concurrencyStatus, () => ({ providers: limits.status() })),
  ];
}
