import type { ActivationReport, Extension } from "../contracts/extension.ts";
import { type Fault, fault } from "../contracts/fault.ts";
import type { Log } from "../contracts/log.ts";
import { journalFailure } from "./journal-failure.ts";

/** What has become of every extension so far; each entry is journaled as it is made. */
export class Report {
  readonly #log: Log;
  #current: ActivationReport = { order: [], failed: [], skipped: [] };

  constructor(log: Log) {
    this.#log = log;
  }

  /** A snapshot: what happens later does not change it. */
  current(): ActivationReport {
    return this.#current;
  }

  activated(id: string, durationMs: number): void {
    this.#log.named(id).info("extension-activated", { durationMs });
    this.#current = { ...this.#current, order: [...this.#current.order, id] };
  }

  failed(id: string, thrown: Fault): void {
    const { kind, code, message } = journalFailure(this.#log, id, "extension-failed", thrown, {});
    this.#current = { ...this.#current, failed: [...this.#current.failed, { id, fault: { kind, code, message } }] };
  }

  /** Skips the extension if something that it depends on failed or was skipped. */
  skips({ id, dependsOn }: Extension): boolean {
    const because = dependsOn.map((dependency) => this.#loss(dependency)).find((loss) => loss !== undefined);
    if (because === undefined) return false;
    this.#log.named(id).warn("extension-skipped", { because });
    this.#current = { ...this.#current, skipped: [...this.#current.skipped, { id, because }] };
    return true;
  }

  #loss(id: string): string | undefined {
    if (this.#current.failed.some((entry) => entry.id === id)) return `it depends on ${id}, which failed`;
    if (this.#current.skipped.some((entry) => entry.id === id)) return `it depends on ${id}, which was skipped`;
    return undefined;
  }
}

/** Its message lists every failure for a person, its data holds the report. `kind` is that of the loss that the boot could not bear. */
export function bootFailed({ order, failed, skipped }: ActivationReport, kind: Fault["kind"]): Fault {
  const lines = [
    ...failed.map((entry) => `  ${entry.id} failed: ${entry.fault.message} (${entry.fault.kind}, ${entry.fault.code})`),
    ...skipped.map((entry) => `  ${entry.id} was skipped: ${entry.because}.`),
  ];
  const message = ["Dispatch could not start. Correct what failed and start again:", ...lines].join("\n");
  const report = {
    order,
    failed: failed.map(({ id, fault }) => ({ id, fault: { ...fault } })),
    skipped: skipped.map((entry) => ({ ...entry })),
  };
  return fault(kind, "kernel/boot-failed", message, { data: { report } });
}
