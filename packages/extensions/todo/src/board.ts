import { ChangeFeed } from "@dispatch/change-feed";
import type { Json, Store } from "@dispatch/kernel";
import type { Todo } from "./todos.ts";

/** One list a conversation, kept in the store. */
export interface TodoBoard {
  /** Empty for a conversation that has none. */
  items(conversationId: string): Promise<readonly Todo[]>;
  /** Resolves when the list is stored. */
  replace(conversationId: string, items: readonly Todo[]): Promise<void>;
  /** The conversations whose lists change, until the signal aborts. */
  changes(signal: AbortSignal): AsyncIterable<string | undefined>;
}

export function todoBoard(store: Store): TodoBoard {
  const feed = new ChangeFeed();
  const keyOf = (conversationId: string) => `todos/${conversationId}`;
  return {
    async items(conversationId) {
      return ((await store.get(keyOf(conversationId))) ?? []) as unknown as readonly Todo[];
    },
    async replace(conversationId, items) {
      const key = keyOf(conversationId);
      await store.commit([items.length === 0 ? { remove: key } : { put: key, value: items as unknown as Json }]);
      feed.emit(conversationId);
    },
    changes: (signal) => feed.watch(signal),
  };
}
