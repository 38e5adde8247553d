import type { FaultKind } from "@dispatch/wire";
import type { Clock } from "./clock.ts";
import type { Host } from "./host.ts";
import type { Log } from "./log.ts";
import type { Schema } from "./schema.ts";
import type { Storage } from "./store.ts";
import type { ServiceToken } from "./token.ts";

/** What an extension touches beyond its own memory and store. Declared to be read by people and checked against what its tier is granted. */
export type Capability = "fs" | "net" | "process" | "secrets";
export type Tier = "core" | "standard" | "external";

export interface Extension<Config = unknown> {
  /** `^[a-z][a-z0-9-]{0,63}$`; never `kernel`. */
  readonly id: string;
  /** Semantic version. */
  readonly version: string;
  /** The kernel's contract that it was written for. */
  readonly apiVersion: string;
  /** A failing core extension stops the boot; any other is set aside with its dependents. */
  readonly tier: Tier;
  readonly dependsOn: readonly string[];
  readonly capabilities: readonly Capability[];
  /** Absent: any configuration given is an error. */
  readonly config?: Schema<Config>;
  activate(host: Host<Config>): void | Promise<void>;
}

/** Widens a typed extension to what lists hold. The kernel validates the configuration first, so the narrowing is safe. */
export function defineExtension<Config = undefined>(extension: Extension<Config>): Extension {
  return extension as Extension<unknown> as Extension;
}

export const apiVersion = "1";

export interface BootOptions {
  readonly extensions: readonly Extension[];
  /** By extension id. A key that names no extension is an error. */
  readonly config: { readonly [extensionId: string]: unknown };
  readonly storage: Storage;
  readonly log: Log;
  readonly clock: Clock;
  readonly activateTimeoutMs: number;
  /** Time that tasks get to finish at disposal. */
  readonly graceMs: number;
  /** What each tier may declare. */
  readonly granted: { readonly [tier in Tier]: readonly Capability[] };
}

export interface ActivationReport {
  /** Activated, in order. */
  readonly order: readonly string[];
  readonly failed: readonly {
    readonly id: string;
    readonly fault: { readonly kind: FaultKind; readonly code: string; readonly message: string };
  }[];
  readonly skipped: readonly { readonly id: string; readonly because: string }[];
}

/** A running host. Disposing it ends every scope in reverse. */
export interface Kernel extends AsyncDisposable {
  readonly report: ActivationReport;
  /** For the composition root and for tests. */
  use<T>(service: ServiceToken<T>): T;
}
