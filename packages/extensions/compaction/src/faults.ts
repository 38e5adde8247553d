import { Fault } from "@dispatch/kernel";

/** Every refusal is a conflict: the conversation is as it was, and the message says what to do. */
export class Refused extends Fault {
  readonly kind = "conflict";
  readonly code: `compaction/${string}`;

  constructor(code: `compaction/${string}`, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export const turnRunning = (): Refused =>
  new Refused(
    "compaction/turn-running",
    "A turn is running. Wait for its end, or stop it, and compact then; a long turn is compacted by itself.",
  );

export const underWay = (): Refused =>
  new Refused("compaction/under-way", "This conversation is being compacted already. Wait until that is done, then look at it again.");

export const tooShort = (messages: number, keep: number): Refused =>
  new Refused(
    "compaction/too-short",
    `There are ${messages} messages and ${keep} of them stay, so nothing can be summarized. Go on, or keep fewer with keepLastN.`,
  );

export const freesTooLittle = (): Refused =>
  new Refused(
    "compaction/frees-too-little",
    "Compacting now would free less than a fifth of what the model reads. Go on, and compact when more has been said, or keep fewer messages with keepLastN.",
  );

export const noModel = (why: string, cause: unknown): Refused =>
  new Refused(
    "compaction/no-model",
    `The model that should write the summary cannot be asked: ${why} Nothing was changed; another can be named with modelName.`,
    cause,
  );

export const noSummary = (why: string, cause?: unknown): Refused =>
  new Refused(
    "compaction/no-summary",
    `There is no summary: ${why} Nothing was changed. Try again, or name another model with modelName.`,
    cause,
  );
