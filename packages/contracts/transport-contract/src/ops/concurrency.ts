import { z } from "zod";
import { concurrencyCooldownMsMax, concurrencyLimitMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { providerStatus } from "../schemas/concurrency.ts";
import { id } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";

const provider = z.object({ providerId: id.describe("As in the catalog of extensions: `openai-compat`.") });
const limit = z.int().min(1).max(concurrencyLimitMax).describe("Requests at once.");
const cooldownMs = z
  .int()
  .min(0)
  .max(concurrencyCooldownMsMax)
  .describe("Between a request's end and the next one's beginning, while others wait.");
const limited = z.object({ providerId: z.string(), limit });
const cooling = z.object({ providerId: z.string(), cooldownMs });

export const listConcurrencyLimits = defineOp({
  id: "concurrency.limits",
  intent: "read",
  summary: "The providers that are limited, and to how many requests at once.",
  input: z.object({}),
  output: z.object({ limits: listOf(limited) }),
  http: { method: "GET", path: "/concurrency/limits" },
  examples: [
    { input: {}, output: { limits: [] } },
    { given: "limited-provider", input: {}, output: { limits: [{ providerId: "demo", limit: 2 }] } },
  ],
});

export const getConcurrencyLimit = defineOp({
  id: "concurrency.get-limit",
  intent: "read",
  summary: "How many requests a provider gets at once.",
  input: provider,
  output: limited,
  http: { method: "GET", path: "/concurrency/limits/:providerId" },
  examples: [{ given: "limited-provider", input: { providerId: "demo" }, output: { providerId: "demo", limit: 2 } }],
});

export const setConcurrencyLimit = defineOp({
  id: "concurrency.set-limit",
  intent: "write",
  summary: "Limits how many requests a provider gets at once; the others wait, first come, first served.",
  input: provider.extend({ limit }),
  output: limited,
  http: { method: "PUT", path: "/concurrency/limits/:providerId" },
  examples: [{ input: { providerId: "demo", limit: 2 }, output: { providerId: "demo", limit: 2 } }],
});

export const deleteConcurrencyLimit = defineOp({
  id: "concurrency.delete-limit",
  intent: "destroy",
  summary: "Limits a provider no longer; what waits for it goes.",
  input: provider,
  output: z.object({ ok: z.literal(true), providerId: z.string() }),
  http: { method: "DELETE", path: "/concurrency/limits/:providerId" },
  examples: [{ given: "limited-provider", input: { providerId: "demo" }, output: { ok: true, providerId: "demo" } }],
});

export const getConcurrencyCooldown = defineOp({
  id: "concurrency.get-cooldown",
  intent: "read",
  summary: "How long a provider's slot rests before who waits gets it.",
  input: provider,
  output: cooling,
  http: { method: "GET", path: "/concurrency/cooldown/:providerId" },
  examples: [{ input: { providerId: "demo" }, output: { providerId: "demo", cooldownMs: 350 } }],
});

export const setConcurrencyCooldown = defineOp({
  id: "concurrency.set-cooldown",
  intent: "write",
  summary: "Sets how long a provider's slot rests before who waits gets it.",
  input: provider.extend({ cooldownMs }),
  output: cooling,
  http: { method: "PUT", path: "/concurrency/cooldown/:providerId" },
  examples: [{ input: { providerId: "demo", cooldownMs: 0 }, output: { providerId: "demo", cooldownMs: 0 } }],
});

export const concurrencyStatus = defineOp({
  id: "concurrency.status",
  intent: "read",
  summary: "The providers that are limited, by a setting or by what they refused: who is asked, who waits, and why.",
  input: z.object({}),
  output: z.object({ providers: listOf(providerStatus) }),
  http: { method: "GET", path: "/concurrency/status" },
  examples: [
    { input: {}, output: { providers: [] } },
    {
      given: "limited-provider",
      input: {},
      output: {
        providers: [{ providerId: "demo", limit: 2, inFlight: 0, queued: 0, paused: false, cooldownMs: 350, autoReduced: false }],
      },
    },
  ],
});
