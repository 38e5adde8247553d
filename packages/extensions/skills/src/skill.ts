/** Of the standard: a description has at most that many characters. The rest of a longer one is left out. */
export const summaryCharsMax = 1_024;

/** Instructions for a kind of task, as the model first hears of them. */
export interface Skill {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Absolute real path of the file that holds the instructions. */
  readonly path: string;
  /** Absolute real path of the folder with its other files; absent: a single file. */
  readonly folder?: string;
  /** It came with the folder that a conversation works in, and not from the person's own. */
  readonly ofProject: boolean;
}

/** What looks like a skill and is none, or lies beyond a bound. */
export interface Skipped {
  readonly path: string;
  /** Ends a sentence that begins with the path. */
  readonly reason: string;
}

export const skillNamePattern: RegExp = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
