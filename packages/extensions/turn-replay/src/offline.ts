import { recordingFiles } from "./recording-files.ts";
import { type Replay, replay } from "./replay.ts";
import { atRest } from "./tasks.ts";
import { withTurn } from "./traces.ts";

/** For a program that is no server and asks no model. `path`: of the trace database. Faults: those of the ops. */
export const offline = {
  replay: (path: string, turnId: string, signal?: AbortSignal): Promise<Replay> =>
    withTurn(path, turnId, (turn) =>
      replay(turn, async () => {
        await atRest();
        signal?.throwIfAborted();
      }),
    ),
  recording: (path: string, turnId: string) => withTurn(path, turnId, async (turn) => ({ turnId, files: recordingFiles(turn) })),
} as const;
