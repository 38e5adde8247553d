import type { Api } from "./api.ts";
import type { Screen } from "./screen.ts";

/** One word of the command line and all that help, parsing and completion know of it. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly flags: readonly Flag[];
  /** Commands of two words that begin with this one's. Their names are whole. */
  readonly within?: readonly Command[];
  /** Resolves to the exit code. */
  run(args: Args, context: Context): Promise<number>;
}

export interface Operand {
  readonly name: string;
  readonly optional?: true;
  /** The last one alone: all words that are left, as one text. */
  readonly rest?: true;
  /** What it may be, where that is known. */
  readonly choices?: readonly string[];
}

export interface Flag {
  /** Without its dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly summary: string;
  /** What stands behind it, as help names it; absent: a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** The value is a comma list of choices. */
  readonly list?: true;
  /** What completion offers where there are no choices. */
  readonly completes?: "file" | "folder";
}

export interface Args {
  readonly operands: readonly string[];
  readonly values: { readonly [flag: string]: string | undefined };
  readonly switches: ReadonlySet<string>;
}

/** What a command sees of the world. */
export interface Context {
  readonly env: { readonly [name: string]: string | undefined };
  readonly api: Api;
  readonly screen: Screen;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  now(): number;
  /** The shell's folder, absolute. */
  folder(): string;
  readFile(path: string, sizeBytesMax: number): Promise<Uint8Array>;
  /**
   * The line that whoever sits at the terminal types after `show` has shown a question; `undefined`: none comes, or the signal aborted. Absent: nobody
   * sits there.
   */
  ask?(show: () => Promise<void>, signal: AbortSignal): Promise<string | undefined>;
}

const serverFlag: Flag = {
  name: "server",
  value: "url",
  summary: "The server to ask; default http://localhost:$BACKEND_PORT, else port 24203.",
};
export const jsonFlag: Flag = { name: "json", summary: "Print JSON for programs." };

/** Every command that asks the server takes these. */
export const serverFlags: readonly Flag[] = [jsonFlag, serverFlag];
