import { type Range, type Storage, type Store, storeUnavailable, type Write } from "@dispatch/kernel";

export type StorageOperation = "get" | "scan" | "commit";

/** One thing that goes wrong. With nothing armed, a storage behind the injector behaves as it does alone. */
export interface Injection {
  readonly operation: StorageOperation;
  /** The n-th operation of its kind from now on, counting from 1, over all owners. */
  readonly at: number;
  /** `before`: nothing has happened yet. `after`: it has happened, and nobody has been told. */
  readonly when: "before" | "after";
  /** Every later one is hit too, until `disarm`: a disk that stays full. */
  readonly lasting?: boolean;
  /** Called in place of failing. What it throws is the operation's outcome; where it returns, the operation goes on. */
  readonly act?: () => void | Promise<void>;
}

interface Armed {
  readonly injection: Injection;
  /** The count of its operation when it strikes. */
  readonly strikesAt: number;
}

/** Decorates a storage: counts its operations, and makes chosen ones fail or stop. Disposing it disposes the storage within. */
export class FaultInjector implements Storage {
  readonly #inner: Storage;
  readonly #counts = { get: 0, scan: 0, commit: 0 };
  #armed: readonly Armed[] = [];

  constructor(inner: Storage) {
    this.#inner = inner;
  }

  /** Operations begun so far, refused ones included. */
  get counts(): { readonly [operation in StorageOperation]: number } {
    return { ...this.#counts };
  }

  arm(injection: Injection): void {
    this.#armed = [...this.#armed, { injection, strikesAt: this.#counts[injection.operation] + injection.at }];
  }

  disarm(): void {
    this.#armed = [];
  }

  async open(owner: string): Promise<Store> {
    const store = await this.#inner.open(owner);
    return {
      get: (key) => this.#run("get", () => store.get(key)),
      scan: (range) => this.#scan(store, range),
      commit: (writes: readonly Write[]) => this.#run("commit", () => store.commit(writes)),
    };
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#inner[Symbol.asyncDispose]();
  }

  async #run<T>(operation: StorageOperation, perform: () => Promise<T>): Promise<T> {
    const struck = this.#count(operation);
    await strike(struck, "before");
    const result = await perform();
    await strike(struck, "after");
    return result;
  }

  async *#scan(store: Store, range: Range) {
    const struck = this.#count("scan");
    await strike(struck, "before");
    yield* store.scan(range);
    await strike(struck, "after");
  }

  #count(operation: StorageOperation): readonly Injection[] {
    this.#counts[operation] += 1;
    const count = this.#counts[operation];
    return this.#armed
      .filter(
        ({ injection, strikesAt }) => injection.operation === operation && (injection.lasting ? count >= strikesAt : count === strikesAt),
      )
      .map(({ injection }) => injection);
  }
}

async function strike(struck: readonly Injection[], when: Injection["when"]): Promise<void> {
  for (const injection of struck) {
    if (injection.when !== when) continue;
    if (injection.act === undefined) throw storeUnavailable(`injected: the ${injection.operation} failed ${when} it happened`);
    await injection.act();
  }
}
