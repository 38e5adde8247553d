import type { BootOptions, Extension } from "../contracts/extension.ts";
import { asFault, type Fault } from "../contracts/fault.ts";
import { createHost } from "./create-host.ts";
import { activationTimeout } from "./faults.ts";
import type { Hooks } from "./hooks.ts";
import type { Registry } from "./registry.ts";
import { Scope } from "./scope.ts";
import { within } from "./within.ts";

/** What all extensions of one kernel share. */
export interface Shared {
  readonly registry: Registry;
  readonly hooks: Hooks;
  readonly options: BootOptions;
}

/** Activates one extension within its time. What fails or is late is undone wholly before its fault is returned. Never rejects. */
export async function activate(extension: Extension, rank: number, config: unknown, shared: Shared): Promise<Scope | Fault> {
  const { id } = extension;
  const { storage, clock, log, graceMs, activateTimeoutMs } = shared.options;
  const scope = new Scope({ id, log, clock, graceMs });
  const work = async () => {
    const store = await storage.open(id);
    scope.assertOpen(); // the store may come when the time is already up
    await extension.activate(createHost({ ...shared, extension, rank, config, scope, store, log, clock }));
  };
  try {
    if ((await within(clock, activateTimeoutMs, work())) === undefined) throw activationTimeout(id, activateTimeoutMs);
    return scope;
  } catch (thrown) {
    await scope.end();
    return asFault(thrown, `${id}/defect`);
  }
}
