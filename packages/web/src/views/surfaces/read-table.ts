export type Cell = string | number | boolean;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns that hold numbers, by their place. */
  readonly numeric: ReadonlySet<number>;
  /** Rows that are not shown. */
  readonly more: number;
}

const rowsMax = 500;

/** `undefined`: something in it is not what a table has, and a part of a table would say something else than the whole. */
export function readTable(payload: unknown): Table | undefined {
  const { columns, rows } = (payload ?? {}) as { readonly columns?: unknown; readonly rows?: unknown };
  if (!Array.isArray(columns) || !columns.every((column) => typeof column === "string")) return undefined;
  if (!Array.isArray(rows) || !rows.every(isRow)) return undefined;
  return { columns, rows: rows.slice(0, rowsMax), numeric: numericIn(rows), more: Math.max(0, rows.length - rowsMax) };
}

const numericIn = (rows: readonly (readonly Cell[])[]): ReadonlySet<number> =>
  new Set(rows.flatMap((row) => row.flatMap((cell, index) => (typeof cell === "number" ? [index] : []))));

const isRow = (row: unknown): row is readonly Cell[] => Array.isArray(row) && row.every(isCell);
const isCell = (cell: unknown): cell is Cell => ["string", "number", "boolean"].includes(typeof cell);
