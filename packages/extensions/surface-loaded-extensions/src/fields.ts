import type { ActivationReport, Extension } from "@dispatch/kernel";
import type { SurfaceFields } from "@dispatch/surface-registry/contract";
import type { LoadedPart } from "./contract.ts";

type Row = readonly [name: string, version: string, trust: string, activation: string];

const columns = ["Name", "Version", "Trust", "Activation"];

/** How many are active, then a row for every extension: the active in their order, then what failed or was skipped, with its reason, then further parts. */
export function extensionFields(all: readonly Extension[], report: ActivationReport, parts: readonly LoadedPart[] = []): SurfaceFields {
  const rows = [
    ...report.order.map((id) => rowOf(all, id, "active")),
    ...report.failed.map(({ id, fault }) => rowOf(all, id, `failed: ${fault.message}`)),
    ...report.skipped.map(({ id, because }) => rowOf(all, id, `skipped: ${because}`)),
    ...parts.map((part): Row => [part.name, part.version, "process", part.activation()]),
  ];
  return [
    { kind: "stat", label: "Loaded", value: String(report.order.length) },
    { kind: "custom", rendererId: "table", payload: { columns, rows } },
  ];
}

/** A manifest that failed may lack anything, and its name in the report may be only its place in the list. */
function rowOf(all: readonly Extension[], id: string, activation: string): Row {
  const extension: Partial<Extension> | undefined = all.find((one: Partial<Extension> | undefined) => one?.id === id);
  return [id, textOf(extension?.version), textOf(extension?.tier), activation];
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "unknown");
