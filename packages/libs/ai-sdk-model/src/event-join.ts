import { type Piece, pieceOf, withText } from "./chat-piece.ts";

/**
 * Joins the pieces of one text that stand next to each other in a chat-completions stream into one event, so that everything behind pays
 * once for what arrived together. Whatever is not surely such a piece passes as it is, byte for byte and in its place: a stream says the
 * same with and without.
 */
export class EventJoin {
  readonly #decoder = new TextDecoder();
  /** The beginning of an event whose end has not arrived. */
  #rest = "";
  /** What can be handed on. */
  #out = "";
  #run: Run | undefined;
  #begun = false;

  /** Without `joins` every event passes as it came. */
  push(bytes: Uint8Array, joins: boolean): void {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    let at = 0;
    for (let end = text.indexOf(boundary); end !== -1; end = text.indexOf(boundary, at)) {
      this.#event(text.slice(at, end + boundary.length), joins);
      at = end + boundary.length;
    }
    this.#rest = text.slice(at);
    this.#passCrlf();
    if (this.#rest.length > eventLengthMax) this.#passRest();
  }

  /** Nothing is here but more of a text whose beginning has been taken. */
  get mayWait(): boolean {
    return this.#begun && this.#out === "";
  }

  /** Characters that wait to be taken. */
  get length(): number {
    return this.#out.length + (this.#run?.text.length ?? 0);
  }

  /** Every event that is complete. */
  take(): string {
    this.#begun ||= this.#run !== undefined;
    this.#endRun();
    const out = this.#out;
    this.#out = "";
    return out;
  }

  /** Everything, at the end of the stream. */
  takeLast(): string {
    this.#rest += this.#decoder.decode();
    this.#passRest();
    return this.take();
  }

  #event(event: string, joins: boolean): void {
    const piece = joins ? pieceOf(event) : undefined;
    if (piece === undefined) {
      this.#endRun();
      this.#out += event;
      return;
    }
    const run = this.#run;
    if (run !== undefined && run.first.lane === piece.lane && run.text.length < joinedLengthMax) {
      run.text += piece.text;
      run.event = undefined;
      return;
    }
    this.#endRun();
    this.#run = { first: piece, text: piece.text, event };
  }

  #endRun(): void {
    if (this.#run !== undefined) this.#out += this.#run.event ?? withText(this.#run.first, this.#run.text);
    this.#run = undefined;
  }

  /** Events that are separated by CRLF are never joined, but neither may they wait for the stream's end. */
  #passCrlf(): void {
    const end = this.#rest.lastIndexOf(crlfBoundary);
    if (end === -1) return;
    this.#event(this.#rest.slice(0, end + crlfBoundary.length), false);
    this.#rest = this.#rest.slice(end + crlfBoundary.length);
  }

  #passRest(): void {
    this.#endRun();
    this.#out += this.#rest;
    this.#rest = "";
  }
}

interface Run {
  readonly first: Piece;
  text: string;
  /** The one event of the run as it came; `undefined` once there are several. */
  event: string | undefined;
}

// A stream that separates its events otherwise than by these is never cut here: it passes as one rest.
const boundary = "\n\n";
const crlfBoundary = "\r\n\r\n";
/** What is longer without an end is no event to be joined. */
const eventLengthMax = 65_536;
/** A joined piece is about a paragraph at most: people see text flow, and stores see rows of a sane size. */
const joinedLengthMax = 1_024;
