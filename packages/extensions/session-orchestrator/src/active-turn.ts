/** A turn that runs now. `running` → `sealing`; then the conversation is idle, or goes straight on to the next turn when messages wait. */
export interface ActiveTurn {
  readonly turnId: string;
  readonly abort: AbortController;
  phase: "running" | "sealing";
  /** Someone asked for the end: messages that wait go on waiting. */
  stopped: boolean;
  /** For its provider to take it. */
  waiting: boolean;
  /** Empty until it has been resolved. */
  modelName: string;
  /** Resolves when the turn is sealed; never rejects. */
  sealed: Promise<void>;
}

export const activeTurn = (turnId: string, stopped = false): ActiveTurn => ({
  turnId,
  abort: new AbortController(),
  phase: "running",
  stopped,
  waiting: false,
  modelName: "",
  sealed: Promise.resolve(),
});
