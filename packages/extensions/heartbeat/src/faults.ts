import { Fault } from "@dispatch/kernel";

export class NoTask extends Fault {
  readonly kind = "invalid";
  readonly code = "heartbeat/no-task";

  constructor() {
    super("A heartbeat that is enabled needs a task. Give taskPrompt, what each turn is to do, or set enabled to false.");
  }
}

export class UnknownRun extends Fault {
  readonly kind = "missing";
  readonly code = "heartbeat/unknown-run";

  constructor(workspaceId: string, runId: string) {
    super(`The workspace ${workspaceId} has no run ${runId}. List its runs to find the id; older ones are forgotten.`, {
      data: { workspaceId, runId },
    });
  }
}
