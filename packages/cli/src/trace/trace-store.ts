import { resolve } from "node:path";
import type { TraceStore } from "@dispatch/trace-store";
import { ClientFault } from "../client-fault.ts";
import type { Args, Context, Flag } from "../command.ts";

export const dbFlag: Flag = {
  name: "db",
  value: "path",
  summary: "The trace database; default DISPATCH_TRACE_DB, then TRACE_DB_PATH, then ./.dispatch-data/traces.db.",
  completes: "file",
};

const pathDefault = "./.dispatch-data/traces.db";

export const tracePath = ({ values }: Args, { env }: Context): string =>
  values.db ?? nonEmpty(env.DISPATCH_TRACE_DB) ?? nonEmpty(env.TRACE_DB_PATH) ?? pathDefault;

/** Reads the database itself: the server need not run, and may write meanwhile. */
export async function withTraces<T>(
  args: Args,
  context: Context,
  read: (store: TraceStore) => Promise<T>,
  named = tracePath(args, context),
): Promise<T> {
  // SQLite is loaded by the commands that need it.
  const { openTraceStore } = await import("@dispatch/trace-store");
  try {
    await using store = await openTraceStore(resolve(context.folder(), named), { readonly: true });
    return await read(store);
  } catch (thrown) {
    throw traceFault(thrown, named);
  }
}

const nonEmpty = (value: string | undefined): string | undefined => (value === undefined || value.trim() === "" ? undefined : value.trim());

const kinds: ReadonlyMap<string, ClientFault["kind"]> = new Map([
  ["trace-store/missing", "missing"],
  ["trace-store/damaged", "unavailable"],
  ["trace-store/not-ours", "invalid"],
  ["trace-store/newer-schema", "invalid"],
  ["trace-store/older-schema", "unavailable"],
]);

function traceFault(thrown: unknown, path: string): unknown {
  if (thrown instanceof ClientFault || !(thrown instanceof Error)) return thrown;
  const code = "code" in thrown ? String(thrown.code) : "";
  if (code.startsWith("trace-store/")) return new ClientFault(kinds.get(code) ?? "unavailable", code, thrown.message);
  if (!/^(?:SQLITE|E[A-Z]+$)/.test(code)) return thrown;
  return new ClientFault("unavailable", "cli/unreadable-traces", `The trace database ${path} cannot be read: ${thrown.message} (${code}).`);
}
