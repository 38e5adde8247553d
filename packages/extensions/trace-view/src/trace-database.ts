import { Fault } from "@dispatch/kernel";
import { openTraceStore, type TraceStore, TraceStoreError } from "@dispatch/trace-store";
import { Unreadable } from "./faults.ts";

/**
 * Opens the trace database for one look and lets go of it. `nothing` is the answer while there is none. Faults: `trace-view/unreadable`, and those of the
 * look itself.
 */
export async function look<T>(path: string, at: (store: TraceStore) => T, nothing: () => T): Promise<T> {
  try {
    await using store = await openTraceStore(path, { readonly: true });
    return at(store);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    if (thrown instanceof TraceStoreError && thrown.code === "trace-store/missing") return nothing();
    throw new Unreadable(thrown);
  }
}
