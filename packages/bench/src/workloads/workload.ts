import type { Finding } from "../finding.ts";
import type { Stage } from "../stage.ts";

export interface Workload {
  readonly id: string;
  readonly title: string;
  readonly rounds: { readonly usual: number; readonly quick: number };
  /** Throws when it could not be carried out; a missed aim is a finding, not a failure. */
  run(stage: Stage): Promise<WorkloadReport>;
}

export interface WorkloadReport {
  readonly findings: readonly Finding[];
  /** The numbers behind the findings, for the JSON alone. */
  readonly details: unknown;
}
