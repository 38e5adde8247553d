/** How an answer is shown: as it is read best, with its JSON always at hand. */
export type ResultShape =
  | { readonly type: "fields"; readonly fields: readonly { readonly name: string; readonly value: string }[] }
  | { readonly type: "table"; readonly name: string; readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly type: "empty"; readonly name: string }
  | { readonly type: "json" };

type Cell = string | number | boolean;
type Fields = { readonly [name: string]: unknown };

const columnsMax = 8;

export function shapeOf(answer: unknown): ResultShape {
  if (!isFields(answer)) return { type: "json" };
  const entries = Object.entries(answer);
  const flat = entries.flatMap(([name, value]) =>
    isFields(value) ? Object.entries(value).map(([inner, deep]) => [`${name}.${inner}`, deep] as const) : [[name, value] as const],
  );
  if (flat.length > 0 && flat.every(([, value]) => isScalar(value)))
    return { type: "fields", fields: flat.map(([name, value]) => ({ name, value: value === null ? "nothing" : String(value) })) };
  const lists = entries.filter(([, value]) => Array.isArray(value));
  const [only] = lists;
  if (lists.length !== 1 || only === undefined || entries.some(([, value]) => !Array.isArray(value) && !isScalar(value)))
    return { type: "json" };
  const [name, list] = only as [string, readonly unknown[]];
  if (list.length === 0) return { type: "empty", name };
  if (list.every(isScalar)) return { type: "table", name, columns: [name], rows: list.map((value) => [cellOf(value)]) };
  return list.every(isFields) ? tableOf(name, list) : { type: "json" };
}

/** The columns whose cells say all there is. */
function tableOf(name: string, list: readonly Fields[]): ResultShape {
  const names = [...new Set(list.flatMap((one) => Object.keys(one)))];
  const columns = names.filter((column) => list.every((one) => one[column] === undefined || isScalar(one[column]))).slice(0, columnsMax);
  if (columns.length === 0) return { type: "json" };
  return { type: "table", name, columns, rows: list.map((one) => columns.map((column) => cellOf(one[column]))) };
}

const isScalar = (value: unknown): boolean => value === null || ["string", "number", "boolean"].includes(typeof value);
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const cellOf = (value: unknown): Cell => (value === null || value === undefined ? "" : (value as Cell));
