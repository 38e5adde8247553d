/** What a shell would do with a text, as far as that can be said without running it. */
export interface Script {
  /** Every simple command anywhere in it, in the order in which they are written, also those that a condition may leave out. */
  readonly commands: readonly SimpleCommand[];
  /** Why more may run than `commands` tells, or something else. Absent: nothing else runs. */
  readonly doubt?: string;
}

export interface SimpleCommand {
  /** `NAME=value` before the words. A loop's variable is an assignment without a command. */
  readonly assignments: readonly Word[];
  readonly words: readonly Word[];
  /** Those of a group are a command without words. */
  readonly redirects: readonly Redirect[];
  /** It may read what another command of the script writes. */
  readonly isPiped?: true;
}

export interface Word {
  /** As it was written. */
  readonly raw: string;
  /** What it stands for; `undefined` where the shell works that out: variables, substitutions, patterns. */
  readonly text: string | undefined;
}

export interface Redirect {
  readonly operator: "<" | ">" | ">>" | ">|" | "<>" | "<&" | ">&" | "<<" | "<<-";
  /** The number before it, or nothing. */
  readonly descriptor: string;
  /** Of a here-document: its end mark. */
  readonly target: Word;
}
