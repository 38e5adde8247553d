import type { ErrorEvent, FaultKind } from "@dispatch/wire";

/** What a script reads. The one table of the client. */
export const exitCodes: { readonly [kind in FaultKind]: number } = {
  defect: 1,
  invalid: 2,
  unavailable: 3,
  missing: 4,
  conflict: 5,
  denied: 6,
  limited: 7,
  cancelled: 130,
};

/** For servers whose `error` event does not say its kind: the codes that the contracts name. */
const kindByCode: { readonly [code: string]: FaultKind } = {
  "credential-store/no-key": "denied",
  "credential-store/unknown-credential": "invalid",
  "credential-store/unknown-model": "invalid",
  "session-orchestrator/too-slow": "limited",
  "session-orchestrator/turn-running": "conflict",
  "store/conflict": "conflict",
  "store/unavailable": "unavailable",
  "workspace-local/no-folder": "missing",
};

/** An event whose kind nobody knows exits like a defect. */
export function exitCodeOf(event: Pick<ErrorEvent, "kind" | "code">): number {
  const kind = event.kind ?? kindByCode[event.code ?? ""] ?? "defect";
  return exitCodes[kind] ?? exitCodes.defect;
}

const kindByStatus: { readonly [status: number]: FaultKind } = {
  401: "denied",
  403: "denied",
  404: "missing",
  408: "unavailable",
  409: "conflict",
  413: "limited",
  429: "limited",
  499: "cancelled",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

/** For answers whose body does not say its kind: another program, or a proxy on the way. */
export function kindOfStatus(status: number): FaultKind {
  return kindByStatus[status] ?? (status >= 500 ? "defect" : "invalid");
}
