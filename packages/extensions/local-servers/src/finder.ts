import type { Provider, Store } from "@dispatch/kernel";
import { z } from "zod";

export interface Found {
  readonly found: readonly { readonly provider: Provider; readonly models: readonly string[] }[];
  readonly missing: readonly Provider[];
}

export interface FinderPorts {
  readonly providers: readonly Provider[];
  readonly store: Store;
  /** Makes a server's models askable. Called once for each. */
  readonly offer: (provider: Provider) => void;
  readonly signal: AbortSignal;
}

/** Looks for servers when somebody asks, never by itself, and remembers which ones it has ever found: one that is gone simply lists no models. */
export class Finder {
  readonly #ports: FinderPorts;
  readonly #offered = new Set<string>();
  #looking: Promise<Found> | undefined;

  constructor(ports: FinderPorts) {
    this.#ports = ports;
  }

  async remember(): Promise<void> {
    const names = remembered.parse(await this.#ports.store.get(foundKey));
    for (const provider of this.#ports.providers) if (names.includes(provider.id)) this.#offer(provider);
  }

  /** Who asks while another's search is under way gets the same answer. */
  find(): Promise<Found> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<Found> {
    const { providers, store, signal } = this.#ports;
    const answers = await Promise.all(providers.map(async (provider) => ({ provider, models: await modelsOf(provider, signal) })));
    const found = answers.flatMap(({ provider, models }) => (models === undefined ? [] : [{ provider, models }]));
    const missing = answers.flatMap(({ provider, models }) => (models === undefined ? [provider] : []));
    const fresh = found.filter(({ provider }) => !this.#offered.has(provider.id));
    if (fresh.length === 0) return { found, missing };
    await store.commit([{ put: foundKey, value: [...this.#offered, ...fresh.map(({ provider }) => provider.id)] }]);
    for (const { provider } of fresh) this.#offer(provider);
    return { found, missing };
  }

  #offer(provider: Provider): void {
    this.#offered.add(provider.id);
    this.#ports.offer(provider);
  }
}

const foundKey = "found";
const remembered = z.array(z.string()).catch([]);

/** Whatever else answers at a server's address, or nothing, is no server. */
const modelsOf = (provider: Provider, signal: AbortSignal): Promise<readonly string[] | undefined> =>
  provider.listModels(signal).then(
    (cards) => cards.map(({ id }) => `${provider.id}/${id}`),
    () => undefined,
  );
