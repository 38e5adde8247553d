import { asFault, type Json, type Log } from "@dispatch/kernel";
import type { HealthPart } from "./contract.ts";

/** A part that cannot tell how it is has a field that says so; the server answers all the same. */
export function health(parts: readonly HealthPart[], log: Log): { readonly ok: true; readonly [part: string]: Json } {
  const told = parts.map(({ id, read }) => [id, partOf(id, read, log)] as const);
  return { ...Object.fromEntries(told), ok: true };
}

function partOf(id: string, read: () => Json, log: Log): Json {
  try {
    return read();
  } catch (thrown) {
    log.error("health-part-failed", { part: id, "error.message": asFault(thrown).message });
    return { error: "It cannot tell. The journal says why." };
  }
}
