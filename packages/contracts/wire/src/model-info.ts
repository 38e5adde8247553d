/** What is known of a model without asking it; absent is unknown. */
export interface ModelInfo {
  /** In tokens. */
  readonly contextWindow?: number;
  /** Reads images. */
  readonly vision?: boolean;
  readonly price?: ModelPrice;
}

/** Of one token, in US dollars, as its provider lists it now: 0 is free. What came from a cache, or went into one, costs what other input costs unless it is told. */
export interface ModelPrice {
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly cacheReadUsd?: number;
  readonly cacheWriteUsd?: number;
}
