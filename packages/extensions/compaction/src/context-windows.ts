import type { ModelCatalog } from "@dispatch/credential-store/contract";
import type { Model } from "@dispatch/kernel";

const namesMax = 512;

/** How many tokens a model reads: what it says itself, else what the catalog was told, asked once. */
export class ContextWindows {
  readonly #catalog: Pick<ModelCatalog, "list">;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, number | undefined>();
  readonly #asked = new Map<string, Promise<number | undefined>>();

  constructor(catalog: Pick<ModelCatalog, "list">, signal: AbortSignal) {
    this.#catalog = catalog;
    this.#signal = signal;
  }

  /** What is known now. Asks for what is not, and waits for nobody: a turn does not stand still for a list. */
  known(modelName: string, model: Model): number | undefined {
    if (model.contextWindow !== undefined) return model.contextWindow;
    if (!this.#known.has(modelName)) void this.#ask(modelName);
    return this.#known.get(modelName);
  }

  /** Never rejects: a catalog that cannot be had says nothing, and is asked again. */
  async of(modelName: string, model: Model | undefined): Promise<number | undefined> {
    if (model?.contextWindow !== undefined) return model.contextWindow;
    return this.#known.has(modelName) ? this.#known.get(modelName) : this.#ask(modelName);
  }

  #ask(modelName: string): Promise<number | undefined> {
    const asked = this.#asked.get(modelName) ?? this.#list(modelName).finally(() => this.#asked.delete(modelName));
    this.#asked.set(modelName, asked);
    return asked;
  }

  async #list(modelName: string): Promise<number | undefined> {
    try {
      const { models, modelInfo } = await this.#catalog.list(this.#signal);
      const contextWindow = modelInfo[modelName]?.contextWindow;
      // What is not listed now may be later: its provider may have failed to answer.
      if (!models.includes(modelName)) return contextWindow;
      if (this.#known.size >= namesMax) this.#known.clear();
      this.#known.set(modelName, contextWindow);
      return contextWindow;
    } catch {
      return undefined;
    }
  }
}
