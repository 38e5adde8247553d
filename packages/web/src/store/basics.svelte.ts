import type { ModelInfo, WorkspaceEntry } from "@dispatch/wire";
import type { Api } from "../protocol/api.ts";

export interface Models {
  readonly names: readonly string[];
  readonly cards: { readonly [model: string]: ModelInfo };
}

/** What a server offers to every conversation. What it does not tell is empty. */
export class Basics {
  workspaces = $state.raw<readonly WorkspaceEntry[]>([]);
  models = $state.raw<Models>({ names: [], cards: {} });
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(workspaceId: string | undefined): Promise<void> {
    const workspaces = workspaceId === undefined ? this.refreshWorkspaces() : this.ensureWorkspace(workspaceId);
    await Promise.all([this.#loadModels(), workspaces].map((answer) => answer.catch(() => {})));
  }

  async refreshWorkspaces(): Promise<void> {
    this.workspaces = await this.#api.workspaces();
  }

  /** One that an address names is there from then on. */
  async ensureWorkspace(id: string): Promise<void> {
    if (this.workspaces.some((workspace) => workspace.id === id)) return;
    await this.#api.ensureWorkspace(id);
    await this.refreshWorkspaces();
  }

  async #loadModels(): Promise<void> {
    const { models, modelInfo } = await this.#api.models();
    this.models = { names: models, cards: modelInfo ?? {} };
  }
}
