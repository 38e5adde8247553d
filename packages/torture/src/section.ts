/** One part of the campaign. It ends by itself, and leaves no process and no file behind. */
export interface Section {
  readonly name: string;
  /** Never rejects for what it found: a failure is part of the report. */
  run(options: SectionOptions): Promise<SectionReport>;
}

export interface SectionOptions {
  /** A look of at most a minute; otherwise everything. */
  readonly quick: boolean;
  /** Whatever is random follows from it. */
  readonly seed: number;
  /** Tries no more than about so many places of each kind, however long they take: for tests. */
  readonly pointsMax?: number;
  /** Aborts: what is under way ends, and what has run is reported. */
  readonly signal: AbortSignal;
  /** One line for whoever watches. */
  readonly say: (line: string) => void;
}

export interface SectionReport {
  /** Places that were really tried and judged. */
  readonly points: number;
  /** What they were, by kind: counts that ran, not counts that were planned. */
  readonly counts?: { readonly [kind: string]: number };
  readonly failures: readonly Failure[];
  readonly seconds: number;
}

export interface Failure {
  /** The place: enough to find it again with the seed. */
  readonly point: string;
  /** What did not hold. */
  readonly why: string;
}
