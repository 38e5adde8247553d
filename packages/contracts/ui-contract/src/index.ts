export interface SurfaceCatalogEntry {
  readonly id: string;
  /** An open string; `side` is the one that clients place today. */
  readonly region: string;
  readonly title: string;
  /** Absent is treated as `conversation`. */
  readonly scope?: "global" | "conversation";
}

/** Data only: what it looks like is the client's business. */
export interface SurfaceSpec {
  readonly id: string;
  readonly region: string;
  readonly title: string;
  readonly fields: readonly SurfaceField[];
}

export interface ActionRef {
  readonly actionId: string;
}

export type SurfaceField =
  | { readonly kind: "toggle"; readonly label: string; readonly value: boolean; readonly action: ActionRef }
  /** `value` lies in 0..1. */
  | { readonly kind: "progress"; readonly label: string; readonly value: number }
  | {
      readonly kind: "selector";
      readonly label: string;
      readonly value: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly action: ActionRef;
    }
  | { readonly kind: "stat"; readonly label: string; readonly value: string }
  | {
      readonly kind: "number";
      readonly label: string;
      readonly value: number;
      readonly min?: number;
      readonly max?: number;
      readonly step?: number;
      readonly unit?: string;
      readonly action: ActionRef;
    }
  | { readonly kind: "button"; readonly label: string; readonly action: ActionRef }
  /** A client without that renderer skips the field. */
  | { readonly kind: "custom"; readonly rendererId: string; readonly payload: unknown };
