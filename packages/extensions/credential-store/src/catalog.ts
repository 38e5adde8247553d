import type { Clock, Log, ModelCard, Provider } from "@dispatch/kernel";
import type { ModelInfo } from "@dispatch/wire";
import type { Catalog, Credential, ModelCatalog, ResolvedModel } from "./contract.ts";
import { NoCatalog, NoKey, NoModel, UnknownCredential, UnknownModel } from "./faults.ts";
import { Listings } from "./listings.ts";

export interface CatalogPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when nobody will ask any more. */
  readonly signal: AbortSignal;
  credentials(): readonly Credential[];
  providers(): readonly Provider[];
}

/** Names of models, and the models behind them. */
export function modelCatalog(ports: CatalogPorts): ModelCatalog {
  const listings = new Listings(ports.clock, ports.signal);
  const providerOf = ({ providerId }: Credential) => ports.providers().find(({ id }) => id === providerId);

  return {
    async list(): Promise<Catalog> {
      const served = ports.credentials().flatMap((credential) => {
        const provider = providerOf(credential);
        return provider === undefined ? [] : [{ credential, provider }];
      });
      const listed = await Promise.all(
        served.map(async ({ credential, provider }) => ({ credential, listing: await listings.of(provider) })),
      );
      const cards = listed.flatMap(({ credential, listing }) => {
        if ("cards" in listing) return listing.cards.map((card) => ({ ...card, name: `${credential.name}/${card.id}` }));
        ports.log.warn("provider-not-listed", { credential: credential.name, error: said(listing.failure) });
        return [];
      });
      const broken = listed.flatMap(({ listing }) => ("cards" in listing ? [] : [said(listing.failure)]));
      if (broken.length > 0 && broken.length === listed.length) throw new NoCatalog(broken);
      return { models: cards.map(({ name }) => name), modelInfo: Object.fromEntries(cards.flatMap(infoOf)) };
    },

    resolve(name): ResolvedModel {
      return name === undefined ? defaultModel() : named(name);
    },
  };

  function named(name: string): ResolvedModel {
    const slash = name.indexOf("/");
    const credentials = ports.credentials();
    const credential = slash === -1 ? undefined : credentials.find((candidate) => candidate.name === name.slice(0, slash));
    if (credential === undefined) throw new UnknownCredential(name, namesOf(credentials));
    const id = name.slice(slash + 1);
    if (id.trim() === "") throw new UnknownModel(name);
    return serve(credential, id);
  }

  /** What is no stand-in counts more, and what can answer counts more than what cannot. */
  function defaultModel(): ResolvedModel {
    const eligible = ports.credentials().filter(({ defaultModel }) => defaultModel !== undefined);
    const served = eligible.filter((credential) => providerOf(credential) !== undefined);
    const chosen = served.find(({ fallback }) => fallback !== true) ?? served[0] ?? eligible[0];
    if (chosen?.defaultModel === undefined) throw new NoModel();
    return serve(chosen, chosen.defaultModel);
  }

  function serve(credential: Credential, id: string): ResolvedModel {
    const provider = providerOf(credential);
    if (provider !== undefined) return { name: `${credential.name}/${id}`, providerId: provider.id, model: provider.model(id) };
    throw new NoKey(
      credential.name,
      credential.keyName,
      namesOf(ports.credentials().filter((candidate) => providerOf(candidate) !== undefined)),
    );
  }
}

const namesOf = (credentials: readonly Credential[]): readonly string[] => credentials.map(({ name }) => name);
const said = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

/** Only what is worth telling: a context window, sight, or a price. */
function infoOf({ name, contextWindow, vision, price }: ModelCard & { readonly name: string }): readonly (readonly [string, ModelInfo])[] {
  if (contextWindow === undefined && vision !== true && price === undefined) return [];
  const info = {
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(vision === true ? { vision } : {}),
    ...(price === undefined ? {} : { price }),
  };
  return [[name, info]];
}
