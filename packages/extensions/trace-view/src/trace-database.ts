import { Fault } from "@dispatch/kernel";
import { openTraceStore, type TraceStore, TraceStoreError } from "@dispatch/trace-store";
import { NothingCollected, Unreadable } from "./faults.ts";

/** Opens the trace database for one look and lets go of it. Faults: `trace-view/nothing-collected`, `trace-view/unreadable`, and the look's own. */
export async function look<T>(path: string, at: (store: TraceStore) => T): Promise<T> {
  try {
    await using store = await openTraceStore(path, { readonly: true });
    return at(store);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    if (thrown instanceof TraceStoreError && thrown.code === "trace-store/missing") throw new NothingCollected();
    throw new Unreadable(thrown);
  }
}
