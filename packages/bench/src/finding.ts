/** One line of the table: one aim, and how near we came. */
export interface Finding {
  readonly workload: string;
  readonly what: string;
  /** Of `floor`, `streamText` and `dispatch`. */
  readonly unit: string;
  /** What the least and the hand-written contestant needed, where they can be compared. */
  readonly floor?: number;
  readonly streamText?: number;
  readonly dispatch: number;
  /** What the aim is about: often a ratio of the numbers before it. */
  readonly measured: number;
  readonly measuredUnit: string;
  /** Absent: nothing was promised, and the number is worth knowing. */
  readonly aim?: Aim;
  readonly note?: string;
}

export type Aim = { readonly atMost: number } | { readonly atLeast: number };

export function meets(measured: number, aim: Aim): boolean {
  return "atMost" in aim ? measured <= aim.atMost : measured >= aim.atLeast;
}
