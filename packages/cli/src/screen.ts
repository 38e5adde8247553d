import { neutralise } from "./neutralise.ts";
import { createSpinner } from "./spinner.ts";
import { paint, type Tone } from "./tone.ts";

/** One of the two streams that a process writes to. */
export interface Sink {
  readonly isTerminal: boolean;
  /** In characters; of a terminal alone. */
  readonly columns: number;
  /** Resolves when the reader has taken it. Never rejects: what becomes of a process without a reader is decided elsewhere. */
  write(text: string): Promise<void>;
}

export interface Piece {
  readonly text: string;
  readonly tone?: Tone;
  /** Absent: stdout. */
  readonly to?: "stdout" | "stderr";
  /** On a terminal a line that is still open ends first; a pipe gets the text alone. */
  readonly ownLine?: true;
}

/**
 * The one way to a person or a pipe. All text counts as untrusted: on a terminal it is neutralised, in a pipe it passes as it is.
 * Colours and the spinner appear on a terminal only.
 */
export interface Screen extends AsyncDisposable {
  readonly isTerminal: boolean;
  write(...pieces: readonly Piece[]): Promise<void>;
  /** The last thing on stdout was not a newline. */
  midLine(): boolean;
  /** Shows that something is going on, until the next text. Never in the middle of a line. */
  busy(label: string): void;
}

export interface ScreenOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly colours: boolean;
}

export function createScreen({ stdout, stderr, colours }: ScreenOptions): Screen {
  const out = createPen(stdout, colours);
  const err = createPen(stderr, colours);
  const spinner = createSpinner(stderr, colours);
  const endOpenLine = async () => {
    if (stdout.isTerminal && out.midLine()) await out.write({ text: "\n" });
    else if (stderr.isTerminal && err.midLine()) await err.write({ text: "\n" });
  };
  return {
    isTerminal: stdout.isTerminal,
    async write(...pieces) {
      if (pieces.every(({ text }) => text === "")) return;
      await spinner.clear();
      for (const piece of pieces) {
        const pen = piece.to === "stderr" ? err : out;
        if (piece.ownLine) await endOpenLine();
        await pen.write(piece);
      }
    },
    midLine: () => out.midLine(),
    busy(label) {
      if (err.midLine() || (stdout.isTerminal && out.midLine())) return;
      spinner.show(label);
    },
    [Symbol.asyncDispose]: () => spinner.clear(),
  };
}

interface Pen {
  write(piece: Piece): Promise<void>;
  midLine(): boolean;
}

/** A character that comes in two halves is held back until it is whole. */
function createPen(sink: Sink, colours: boolean): Pen {
  let half = "";
  let midLine = false;
  const render = ({ text, tone = "plain" }: Piece): string => {
    const whole = half + text;
    half = /[\ud800-\udbff]$/.test(whole) ? whole.slice(-1) : "";
    const ready = half === "" ? whole : whole.slice(0, -1);
    if (ready !== "") midLine = !ready.endsWith("\n");
    const safe = sink.isTerminal ? neutralise(ready) : ready;
    return colours && sink.isTerminal ? paint(safe, tone) : safe;
  };
  return {
    async write(piece) {
      const text = render(piece);
      if (text !== "") await sink.write(text);
    },
    midLine: () => midLine,
  };
}
