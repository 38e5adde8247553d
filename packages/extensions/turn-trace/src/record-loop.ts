import { asFault, type Log } from "@dispatch/kernel";
import type { TurnContext, TurnLoop } from "@dispatch/session-orchestrator/contract";
import { type RecordedPage, recordTurn } from "@dispatch/trace-replay";

export interface RecordLoopPorts {
  readonly log: Log;
  atRest(): Promise<void>;
  later(work: () => void): void;
  failed(thrown: unknown): void;
}

/** The same loop; what it is given is kept as bodies, one a step. */
export function recordLoop(
  loop: TurnLoop,
  { conversationId, turnId }: TurnContext,
  { log, atRest, later, failed }: RecordLoopPorts,
): TurnLoop {
  let page = 0;
  const write = (recorded: RecordedPage) => {
    const { end } = recorded;
    const last = end === undefined ? {} : { events: end.events, incomplete: end.incomplete === true };
    try {
      log.debug("recording", { page: page++, ...last }, { conversationId, turnId, body: JSON.stringify(recorded) });
    } catch (thrown) {
      failed(thrown);
    }
  };
  return (turn, ports) => recordTurn(loop, turn, ports, { atRest, asFault, keep: (recorded) => later(() => write(recorded)) });
}
