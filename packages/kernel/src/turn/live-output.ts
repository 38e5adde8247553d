import type { ToolOutput } from "../contracts/tool.ts";

/** What may wait to be pulled. A tool cannot be slowed down, so beyond this its output is skipped: the result holds what the model needs. */
const waitingCharsMax = 256 * 1024;
const skippedNote = "\n[output skipped: it came faster than it was read]\n";
/** What one call may tell while it runs: more is read by nobody, and everyone who watches or joins late would have to be given it. */
const callCharsMax = 1024 * 1024;
const enoughNote = "\n[the output goes on, but is not shown any further while it runs]\n";

export interface OutputPiece extends ToolOutput {
  readonly toolCallId: string;
}

/** Output of running tools on its way to the turn's consumer. Neighbours of one call and stream become one piece. */
export class LiveOutput {
  readonly #ring: () => void;
  #pieces: OutputPiece[] = [];
  #chars = 0;
  #skipping = false;
  readonly #told = new Map<string, number>();

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  push(toolCallId: string, { stream, data }: ToolOutput): void {
    const told = this.#told.get(toolCallId) ?? 0;
    if (data === "" || this.#skipping || told > callCharsMax) return;
    const isEnough = told + data.length > callCharsMax;
    this.#skipping = !isEnough && this.#chars + data.length > waitingCharsMax;
    this.#told.set(toolCallId, told + (this.#skipping ? 0 : data.length));
    this.#add({ toolCallId, data: isEnough ? enoughNote : this.#skipping ? skippedNote : data, stream });
    this.#ring();
  }

  drain(): readonly OutputPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#chars = 0;
    this.#skipping = false;
    return pieces;
  }

  #add(piece: OutputPiece): void {
    this.#chars += piece.data.length;
    const last = this.#pieces.at(-1);
    if (last?.toolCallId !== piece.toolCallId || last.stream !== piece.stream) this.#pieces.push(piece);
    else this.#pieces[this.#pieces.length - 1] = { ...piece, data: last.data + piece.data };
  }
}
