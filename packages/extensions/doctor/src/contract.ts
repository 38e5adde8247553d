import { definePoint, type PointToken } from "@dispatch/kernel";
import type { DoctorCheck } from "@dispatch/transport-contract";

/** Something that doctor looks at, contributed by whoever knows it. */
export interface CheckSource {
  /** The area of its checks: what their ids begin with. */
  readonly id: string;
  /**
   * Asked when a person asks. Says nothing secret, and is given up after `checkMsMax`: the signal aborts, and its place is taken by a warning, as it is when
   * it throws.
   */
  run(signal: AbortSignal): Promise<readonly DoctorCheck[]>;
}
export const DoctorChecks: PointToken<CheckSource> = definePoint<CheckSource>("doctor/checks", ({ id }) => id);
