import type { ErrorBody, FaultKind } from "@dispatch/wire";

/** Why a command cannot go on. Its message says what to do next. */
export class ClientFault extends Error {
  readonly kind: FaultKind;
  readonly code: string;
  readonly data: ErrorBody["data"];

  constructor(kind: FaultKind, code: string, message: string, data?: ErrorBody["data"]) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.data = data;
  }

  body(): ErrorBody {
    const body = { error: this.message, code: this.code, kind: this.kind };
    return this.data === undefined ? body : { ...body, data: this.data };
  }
}

/** The command line itself is wrong. */
export const usageFault = (message: string): ClientFault => new ClientFault("invalid", "cli/usage", message);

/** What is no fault of the table is our own mistake. */
export function asClientFault(thrown: unknown): ClientFault {
  if (thrown instanceof ClientFault) return thrown;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClientFault("defect", "cli/defect", `Something went wrong inside dispatch: ${what}`);
}
