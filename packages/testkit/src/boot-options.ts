import { type BootOptions, type Extension, silentLog } from "@dispatch/kernel";
import { FakeClock } from "./fake-clock.ts";
import { MemoryStorage } from "./memory-store.ts";

const every = ["fs", "net", "process", "secrets"] as const;

/** What a test boots with: nothing configured, everything granted, an empty storage in memory and a clock that stands still. */
export function bootOptions(extensions: readonly Extension[], instead: Partial<BootOptions> = {}): BootOptions {
  return {
    extensions,
    config: {},
    storage: new MemoryStorage(),
    log: silentLog,
    clock: new FakeClock(),
    activateTimeoutMs: 10_000,
    graceMs: 5_000,
    granted: { core: every, standard: every, external: every },
    ...instead,
  };
}

/** An extension that only a test has: what is not given is harmless. */
export function testExtension(id: string, fields: Partial<Omit<Extension, "id">> = {}): Extension {
  return { id, version: "1.0.0", apiVersion: "1", tier: "standard", dependsOn: [], capabilities: [], activate() {}, ...fields };
}
