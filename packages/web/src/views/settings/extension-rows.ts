import type { SurfaceSpec } from "@dispatch/ui-contract";

export interface ExtensionRow {
  readonly name: string;
  readonly version: string;
  readonly tier: string;
  /** `active`, or `failed: …` or `skipped: …` with the reason. */
  readonly activation: string;
  readonly works: boolean;
}

/** The rows of the surface's table, what does not run first. A server that shows them in another way gives none. */
export function extensionRows(spec: SurfaceSpec): readonly ExtensionRow[] {
  const rows = spec.fields.flatMap((field) => (field.kind === "custom" && field.rendererId === "table" ? rowsIn(field.payload) : []));
  return [...rows.filter(({ works }) => !works), ...rows.filter(({ works }) => works)];
}

function rowsIn(payload: unknown): readonly ExtensionRow[] {
  const rows = (payload as { rows?: unknown } | null)?.rows;
  if (!Array.isArray(rows)) return [];
  return rows.filter(Array.isArray).map((row: readonly unknown[]) => {
    const [name = "", version = "", tier = "", activation = ""] = row.map(String);
    return { name, version, tier, activation, works: !/^(?:failed|skipped)\b/.test(activation) };
  });
}
