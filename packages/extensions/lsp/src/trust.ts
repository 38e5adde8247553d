import type { Log } from "@dispatch/kernel";
import type { WorkspaceTrust } from "./contract.ts";

/** One yes is enough. Who fails has said nothing. */
export async function isTrusted(trusts: readonly WorkspaceTrust[], folder: string, log: Log): Promise<boolean> {
  for (const trust of trusts) {
    try {
      if ((await trust.trusts(folder)) === true) return true;
    } catch (thrown) {
      log.warn("trust-unknown", { id: trust.id, why: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
  return false;
}
