import type { Clock, Log, ModelCard, Provider } from "@dispatch/kernel";
import type { Catalog, Credential, ModelCatalog, ResolvedModel } from "./contract.ts";
import { NoKey, NoModel, UnknownCredential, UnknownModel } from "./faults.ts";

export const listTimeoutMs = 5_000;
const listingFreshMs = 30_000;

export interface CatalogPorts {
  readonly clock: Clock;
  readonly log: Log;
  credentials(): readonly Credential[];
  providers(): readonly Provider[];
}

interface Listing {
  readonly at: number;
  readonly cards: readonly ModelCard[];
}

/** Names of models, and the models behind them. What a provider listed is kept for half a minute. */
export function modelCatalog(ports: CatalogPorts): ModelCatalog {
  const listings = new Map<string, Listing>();
  const providerOf = ({ providerId }: Credential) => ports.providers().find(({ id }) => id === providerId);

  async function cardsOf(credential: Credential, signal: AbortSignal): Promise<readonly ModelCard[]> {
    const provider = providerOf(credential);
    if (provider === undefined) return [];
    const fresh = listings.get(provider.id);
    if (fresh !== undefined && ports.clock.monotonic() - fresh.at < listingFreshMs) return fresh.cards;
    try {
      const cards = await listed(provider, ports.clock, signal);
      listings.set(provider.id, { at: ports.clock.monotonic(), cards });
      return cards;
    } catch (thrown) {
      ports.log.warn("provider-not-listed", {
        credential: credential.name,
        error: thrown instanceof Error ? thrown.message : String(thrown),
      });
      return [];
    }
  }

  return {
    async list(signal): Promise<Catalog> {
      const found = await Promise.all(
        ports.credentials().map(async (credential) => {
          const cards = await cardsOf(credential, signal);
          return cards.map((card) => ({ ...card, name: `${credential.name}/${card.id}` }));
        }),
      );
      const cards = found.flat();
      return { models: cards.map(({ name }) => name), modelInfo: Object.fromEntries(cards.flatMap(infoOf)) };
    },

    resolve(name): ResolvedModel {
      return name === undefined ? defaultModel() : named(name);
    },
  };

  function named(name: string): ResolvedModel {
    const slash = name.indexOf("/");
    const credential = ports.credentials().find((candidate) => candidate.name === name.slice(0, Math.max(slash, 0)));
    if (credential === undefined)
      throw new UnknownCredential(
        name,
        ports.credentials().map((candidate) => candidate.name),
      );
    const id = name.slice(slash + 1);
    if (id.trim() === "") throw new UnknownModel(name);
    return serve(credential, id);
  }

  function defaultModel(): ResolvedModel {
    const eligible = ports.credentials().filter(({ defaultModel }) => defaultModel !== undefined);
    const served = eligible.filter((credential) => providerOf(credential) !== undefined);
    const chosen = served.find(({ fallback }) => fallback !== true) ?? served[0] ?? eligible[0];
    if (chosen?.defaultModel === undefined) throw new NoModel();
    return serve(chosen, chosen.defaultModel);
  }

  function serve(credential: Credential, id: string): ResolvedModel {
    const provider = providerOf(credential);
    if (provider !== undefined) return { name: `${credential.name}/${id}`, model: provider.model(id) };
    const usable = ports.credentials().filter((candidate) => providerOf(candidate) !== undefined);
    throw new NoKey(
      credential.name,
      usable.map(({ name }) => name),
    );
  }
}

/** Gives up after `listTimeoutMs`, whatever the provider does. */
async function listed(provider: Provider, clock: Clock, signal: AbortSignal): Promise<readonly ModelCard[]> {
  const end = new AbortController();
  const timeout = clock.sleep(listTimeoutMs, AbortSignal.any([signal, end.signal])).then(() => {
    throw new Error(`no list of models within ${listTimeoutMs} ms`);
  });
  try {
    return await Promise.race([provider.listModels(AbortSignal.any([signal, end.signal])), timeout]);
  } finally {
    timeout.catch(() => {});
    end.abort();
  }
}

/** Only what is worth telling: a context window, or sight. */
function infoOf({ name, contextWindow, vision }: ModelCard & { readonly name: string }) {
  if (contextWindow === undefined && vision !== true) return [];
  return [[name, { ...(contextWindow === undefined ? {} : { contextWindow }), ...(vision === true ? { vision } : {}) }] as const];
}
