import { type ListState, tabsStillOpen, withTab } from "./list-state.ts";

/** The conversations that a person has open, in their order; the browser keeps them. */
export class Tabs {
  ids = $state.raw<readonly string[]>([]);
  /** Of an earlier visit, or named by the server: such a one was closed when the server names it no more. */
  #kept: ReadonlySet<string>;
  readonly #store: (ids: readonly string[]) => void;

  constructor(stored: readonly string[], store: (ids: readonly string[]) => void) {
    this.ids = stored;
    this.#kept = new Set(stored);
    this.#store = store;
  }

  add(id: string): void {
    if (!this.ids.includes(id)) this.#keep(withTab(this.ids, id));
  }

  remove(id: string): void {
    this.#kept = new Set([...this.#kept].filter((one) => one !== id));
    this.#keep(this.ids.filter((one) => one !== id));
  }

  /** What was closed elsewhere goes. */
  follow(list: ListState): void {
    const open = tabsStillOpen(this.ids, this.#kept, list);
    if (open.length < this.ids.length) this.#keep(open);
    this.#kept = new Set(list.conversations.map(({ id }) => id));
  }

  #keep(ids: readonly string[]): void {
    this.ids = ids;
    this.#store(ids);
  }
}
