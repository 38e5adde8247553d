import { Fault, type Log } from "@dispatch/kernel";
import { unknownDefect } from "./faults.ts";

/** Where every throw of a frame's work becomes a fault. What is none is journaled whole, and only a reference to it leaves the server. */
export const tellFault =
  (log: Log, newReference: () => string, mask: (fault: Fault) => Fault) =>
  (thrown: unknown, about: string): Fault => {
    if (Fault.is(thrown) && thrown.kind !== "defect") return mask(thrown);
    const reference = newReference();
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    log.error("frame-failed", { about, reference, "error.message": error.message, "error.stack": error.stack ?? "" });
    return unknownDefect(reference, thrown);
  };
