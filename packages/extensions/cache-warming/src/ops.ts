import { asFault, type Fault } from "@dispatch/kernel";
import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { warmConversation } from "@dispatch/transport-contract";
import { Refused } from "./faults.ts";
import type { Warmer } from "./warmer.ts";

export function warmingOps(warmer: Pick<Warmer, "warm">): readonly ImplementedOp[] {
  return [
    implement(warmConversation, async ({ conversationId, model, cwd }) => {
      try {
        return await warmer.warm(conversationId, { ...(model && { modelName: model }), ...(cwd && { cwd }) });
      } catch (thrown) {
        const why = asFault(thrown, "cache-warming/defect");
        throw isRefusal(why) ? Refused.because(why) : why;
      }
    }),
  ];
}

/** Clients know one answer for every reason why there is nothing warm; what went wrong here is no such reason. */
const isRefusal = ({ kind, code }: Fault): boolean => kind !== "defect" && !code.startsWith("store/") && code !== "cache-warming/refused";
