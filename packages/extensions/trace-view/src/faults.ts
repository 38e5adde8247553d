import { Fault } from "@dispatch/kernel";

export class NoTurn extends Fault {
  readonly kind = "missing";
  readonly code = "trace-view/no-turn";

  constructor(turnId: string) {
    super(
      `No trace of turn ${turnId} has been collected. Of a turn that has just begun or ended, ask again in a second, unless DISPATCH_COLLECTOR is off: set it to on and start the server again. Traces are kept for a week.`,
      { data: { turnId } },
    );
  }
}

export class NoText extends Fault {
  readonly kind = "missing";
  readonly code = "trace-view/no-text";

  constructor() {
    super("This text is no longer stored, or was never kept: large texts are kept for a while only.");
  }
}

export class NoPrompt extends Fault {
  readonly kind = "missing";
  readonly code = "trace-view/no-prompt";

  constructor(turnId: string, steps: readonly number[]) {
    super(
      steps.length === 0
        ? `No prompt of turn ${turnId} was traced.`
        : `The prompt of that step of turn ${turnId} was not traced. Ask for one of the steps ${steps.join(", ")}.`,
      { data: { turnId } },
    );
  }
}

export class Unreadable extends Fault {
  readonly kind = "unavailable";
  readonly code = "trace-view/unreadable";

  constructor(cause: unknown) {
    super("The trace database cannot be read. Check DISPATCH_TRACE_DB and the collector, then ask again.", { cause });
  }
}
