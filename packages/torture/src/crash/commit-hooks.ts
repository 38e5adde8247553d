import type { Storage, Store, Write } from "@dispatch/kernel";

export type When = "before" | "after";

/** Decorates a storage: whoever tortures it is called before and after each commit, and the commit waits for them. */
export const withCommitHook = (storage: Storage, hook: (when: When) => Promise<void>): Storage => ({
  async open(owner: string): Promise<Store> {
    const store = await storage.open(owner);
    return {
      get: (key) => store.get(key),
      scan: (range) => store.scan(range),
      async commit(writes: readonly Write[]) {
        await hook("before");
        await store.commit(writes);
        await hook("after");
      },
    };
  },
  [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
});
