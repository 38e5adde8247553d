import type { ErrorBody, FaultKind } from "@dispatch/wire";

/** What went wrong with a request: the server's own fault, or that it could not be asked. */
export class ApiFault extends Error {
  readonly kind: FaultKind;
  readonly code: string;
  /** Of the answer; 0 when there was none. */
  readonly status: number;

  constructor(message: string, { kind, code, status, cause }: { kind: FaultKind; code: string; status: number; cause?: unknown }) {
    super(message, { cause });
    this.kind = kind;
    this.code = code;
    this.status = status;
  }
}

export const unreachable = (cause: unknown): ApiFault =>
  new ApiFault("The server does not answer. It may be starting, or the network is down.", {
    kind: "unavailable",
    code: "web/unreachable",
    status: 0,
    cause,
  });

/** An answer that is not 2xx. A body that is not ours (a proxy's page) is not shown: its status says enough. */
export function faultOf(status: number, body: unknown): ApiFault {
  const told = isErrorBody(body) ? body : undefined;
  if (status === 401)
    return new ApiFault(told?.error ?? "This server wants a token.", { kind: "denied", code: told?.code ?? "web/no-token", status });
  return new ApiFault(told?.error ?? `The server answered with status ${status}.`, {
    kind: told?.kind ?? (status >= 500 ? "unavailable" : "invalid"),
    code: told?.code ?? "web/bad-answer",
    status,
  });
}

const isErrorBody = (body: unknown): body is ErrorBody =>
  typeof body === "object" && body !== null && typeof (body as { error?: unknown }).error === "string";
