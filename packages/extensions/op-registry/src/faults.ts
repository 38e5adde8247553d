import { Fault } from "@dispatch/kernel";

export class UnknownOp extends Fault {
  readonly kind = "missing";
  readonly code = "op-registry/unknown-op";

  constructor(id: string) {
    super(`There is no operation ${JSON.stringify(id)} here. GET /openapi.json lists those that are.`);
  }
}

const problemsMax = 20;

/** The message has one line a problem: `field: what is wrong`. */
export class InvalidInput extends Fault {
  readonly kind = "invalid";
  readonly code = "op-registry/invalid-input";

  constructor(problems: readonly string[]) {
    const shown = problems.slice(0, problemsMax);
    super(shown.join("\n"), { data: { problems: shown } });
  }
}

export class InvalidOutput extends Fault {
  readonly kind = "defect";
  readonly code = "op-registry/invalid-output";

  constructor(id: string, problem: string) {
    super(`The answer of ${id} is not what it declares (${problem}). Nothing is wrong with the request; report this.`);
  }
}

/** Whoever may only read asked for a change. */
export class ReadOnly extends Fault {
  readonly kind = "denied";
  readonly code = "op-registry/read-only";

  constructor(id: string) {
    super(`${id} changes something, and this token may only read. Use a token that was made without --readonly.`);
  }
}
