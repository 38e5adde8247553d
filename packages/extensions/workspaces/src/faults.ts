import { Fault } from "@dispatch/kernel";

export class UnknownWorkspace extends Fault {
  readonly kind = "missing";
  readonly code = "workspaces/unknown-workspace";

  constructor(workspaceId: string) {
    super(`There is no workspace ${workspaceId}. List the workspaces to see what there is, or create it.`, { data: { workspaceId } });
  }
}

/** Conversations that are in no other workspace are in this one. */
export class DefaultStays extends Fault {
  readonly kind = "conflict";
  readonly code = "workspaces/default-stays";

  constructor() {
    super("The workspace default cannot be deleted. Close its conversations one by one instead.");
  }
}
