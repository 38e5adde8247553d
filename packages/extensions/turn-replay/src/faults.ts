import { Fault } from "@dispatch/kernel";

export class NoRecording extends Fault {
  readonly kind = "missing";
  readonly code = "turn-replay/no-recording";

  constructor(turnId: string) {
    super(
      `No recording of turn ${turnId} has been collected. Of a turn that has just ended, ask again in a second; dispatch trace list names those that are there. Turns are recorded while DISPATCH_TRACE_RECORDINGS is on, which it is not by default, and collected while the collector runs.`,
      { data: { turnId } },
    );
  }
}

export class Unfinished extends Fault {
  readonly kind = "conflict";
  readonly code = "turn-replay/unfinished";

  constructor(turnId: string) {
    super(
      `The end of turn ${turnId} is not recorded: it still runs, was cut with its server, or is being collected. Ask again when it is sealed.`,
      {
        data: { turnId },
      },
    );
  }
}

export class Incomplete extends Fault {
  readonly kind = "limited";
  readonly code = "turn-replay/incomplete";

  constructor(turnId: string) {
    super(
      `The recording of turn ${turnId} has holes: the turn said more than is recorded, or the journal dropped a part. It cannot be replayed.`,
      {
        data: { turnId, limit: "recordingCharsMax" },
      },
    );
  }
}

export class Unreadable extends Fault {
  readonly kind = "unavailable";
  readonly code = "turn-replay/unreadable";

  constructor(what: string, cause?: unknown) {
    super(`${what} Check DISPATCH_TRACE_DB and the collector, then ask again.`, { cause });
  }
}

export class NoPrompt extends Fault {
  readonly kind = "missing";
  readonly code = "turn-replay/no-prompt";

  constructor(turnId: string) {
    super(`What the model was asked first in turn ${turnId} is no longer kept, so it cannot be asked again. Replay without liveModel.`, {
      data: { turnId },
    });
  }
}
