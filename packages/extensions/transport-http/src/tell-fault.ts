import { Fault, type Log } from "@dispatch/kernel";
import { callerGone, unknownDefect } from "./faults.ts";

/** Where whatever ends a request becomes the fault that is told. What is none is journaled whole, and only a reference to it leaves the server. */
export const tellFault =
  (log: Log, mask: (fault: Fault) => Fault) =>
  (thrown: unknown, request: Request): Fault => {
    if (Fault.is(thrown) && thrown.kind !== "defect") return mask(thrown);
    if (!Fault.is(thrown) && request.signal.aborted) return callerGone();
    const told = Fault.is(thrown) ? thrown : unknownDefect(crypto.randomUUID().slice(0, 8), thrown);
    const { method, url } = request;
    log.error("request-failed", { method, path: new URL(url).pathname, code: told.code, ...attributesOf(thrown, told) });
    return mask(told);
  };

function attributesOf(thrown: unknown, { data }: Fault) {
  const reference = typeof data.reference === "string" ? data.reference : null;
  if (!(thrown instanceof Error)) return { reference, "error.message": String(thrown) };
  return { reference, "error.message": thrown.message, "error.stack": thrown.stack ?? "" };
}
