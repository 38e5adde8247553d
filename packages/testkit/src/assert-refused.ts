import assert from "node:assert/strict";
import { Fault, type FaultKind } from "@dispatch/kernel";

/** Holds when the promise rejects with a fault of this kind and code whose message says something. Any other rejection passes through. */
export async function assertRefused(promise: Promise<unknown>, kind: FaultKind, code: string): Promise<Fault> {
  const thrown = await promise.then(
    () => assert.fail(`expected ${code}, but nothing was refused`),
    (reason: unknown) => reason,
  );
  if (!Fault.is(thrown)) throw thrown;
  assert.deepEqual([thrown.kind, thrown.code], [kind, code]);
  assert.notEqual(thrown.message, "");
  return thrown;
}
