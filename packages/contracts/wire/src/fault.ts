/** What the receiver of a fault should do about it. */
export type FaultKind = "invalid" | "missing" | "conflict" | "denied" | "limited" | "unavailable" | "cancelled" | "defect";

/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  readonly error: string;
  /** `<owner>/<what>`. */
  readonly code: string;
  readonly kind: FaultKind;
  readonly data?: { readonly [key: string]: unknown };
}
