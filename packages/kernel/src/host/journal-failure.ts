import { asFault, type Fault } from "../contracts/fault.ts";
import type { Attributes, Log } from "../contracts/log.ts";

/** Journals what was thrown, under the name of whoever threw it. The stack goes to the journal alone, and only where we are wrong ourselves. */
export function journalFailure(log: Log, extensionId: string, what: string, thrown: unknown, about: Attributes): Fault {
  const fault = asFault(thrown, `${extensionId}/defect`);
  const { kind, code, message } = fault;
  const { stack = "" } = kind !== "defect" ? {} : fault.cause instanceof Error ? fault.cause : fault;
  log.named(extensionId).error(what, { ...about, kind, code, "error.message": message, ...(stack !== "" && { "error.stack": stack }) });
  return fault;
}
