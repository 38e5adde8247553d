/** A named group of conversations. */
export interface Workspace {
  /** A slug; `default` is always there. */
  readonly id: string;
  readonly title: string;
  /** Where its conversations work that have no folder of their own. */
  readonly defaultCwd: string | null;
  readonly defaultComputerId: string | null;
  readonly starred: boolean;
  /** Epoch milliseconds; 0 before anything has happened in `default`. */
  readonly createdAt: number;
  /** When a message last came to one of its conversations. */
  readonly lastActivityAt: number;
}

export interface WorkspaceEntry extends Workspace {
  /** Closed ones included. */
  readonly conversationCount: number;
}
