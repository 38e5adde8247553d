interface Keyed {
  readonly key: string;
}

/** Where rows of unlike heights stand. Rows that were not measured yet count as estimated. */
export class RowHeights<Row extends Keyed> {
  readonly #estimate: (row: Row) => number;
  readonly #measured = new Map<string, number>();
  #rows: readonly Row[] = [];
  #offsets = new Float64Array(1);

  constructor(estimate: (row: Row) => number) {
    this.#estimate = estimate;
  }

  get total(): number {
    return this.offset(this.#rows.length);
  }

  /** The rows from top to bottom. */
  place(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#sum();
  }

  /** `false`: nothing moved. */
  measure(heights: ReadonlyMap<string, number>): boolean {
    let moved = false;
    for (const [key, height] of heights) {
      if (this.#measured.get(key) === height) continue;
      this.#measured.set(key, height);
      moved = true;
    }
    if (moved) this.#sum();
    return moved;
  }

  /** Of a row's upper edge; of the end for the number of rows. */
  offset(index: number): number {
    return this.#offsets[Math.max(0, Math.min(index, this.#rows.length))] ?? 0;
  }

  /** -1 for a row that is not there. */
  indexOf(key: string): number {
    return this.#rows.findIndex((row) => row.key === key);
  }

  keyAt(index: number): string | undefined {
    return this.#rows[index]?.key;
  }

  /** The row that holds a point: the first or the last one for a point beyond them. */
  indexAt(y: number): number {
    let [low, high] = [0, Math.max(0, this.#rows.length - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offset(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #sum(): void {
    const count = this.#rows.length;
    if (this.#offsets.length <= count) this.#offsets = new Float64Array(count * 2 + 64);
    let at = 0;
    let index = 0;
    for (const row of this.#rows) {
      this.#offsets[index] = at;
      at += this.#measured.get(row.key) ?? this.#estimate(row);
      index += 1;
    }
    this.#offsets[count] = at;
  }
}
