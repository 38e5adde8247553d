import type { Usage } from "@dispatch/wire";
import type { Json } from "../contracts/json.ts";
import type { MessagePart } from "../contracts/message.ts";
import type { ModelError } from "../contracts/model.ts";
import type { JudgedCall } from "./judge-call.ts";

/** Of texts and calls together: several times what any model is known to answer at once. */
export const answerCharsMax = 16 * 1024 * 1024;

interface Piece {
  readonly type: "text" | "thinking";
  readonly texts: string[];
  metadata: Json | undefined;
  closed: boolean;
}

/** What the model has answered in one step so far, on its way to becoming a message. */
export class Answer {
  readonly stepId: string;
  readonly calls: JudgedCall[] = [];
  /** The latest report: providers count up. */
  usage: Usage | undefined;
  readonly #pieces: (Piece | MessagePart)[] = [];
  #chars = 0;
  #open: Piece | undefined;

  constructor(stepId: string) {
    this.stepId = stepId;
  }

  /** Neighbours of one type become one part, which keeps the latest metadata. A piece without text that carries some ends its part, as signatures do. */
  addText(type: Piece["type"], text: string, metadata: Json | undefined): void {
    if (text === "" && metadata === undefined) return;
    this.#chars += text.length;
    const piece = this.#open?.type === type && !this.#open.closed ? this.#open : this.#begin(type);
    piece.texts.push(text);
    if (metadata === undefined) return;
    piece.metadata = metadata;
    piece.closed = text === "";
  }

  addCall(call: JudgedCall, inputChars: number, metadata: Json | undefined): void {
    const { id: toolCallId, name: toolName, input } = call;
    this.#chars += inputChars;
    this.calls.push(call);
    this.#end(withMetadata({ type: "tool-call", toolCallId, toolName, input, stepId: this.stepId }, metadata));
  }

  addError({ message, code }: Pick<ModelError, "message" | "code">): void {
    this.#end({ chunk: { type: "error", message, code } });
  }

  /** With so many more characters it would be no answer that anyone can use, or that should be stored. */
  hasRoomFor(chars: number): boolean {
    return this.#chars + chars <= answerCharsMax;
  }

  /** Nothing of it has been shown to anybody. */
  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.usage === undefined;
  }

  get parts(): readonly MessagePart[] {
    return this.#pieces.map((piece) =>
      "chunk" in piece ? piece : withMetadata({ type: piece.type, text: piece.texts.join("") }, piece.metadata),
    );
  }

  #begin(type: Piece["type"]): Piece {
    const piece: Piece = { type, texts: [], metadata: undefined, closed: false };
    this.#open = piece;
    this.#pieces.push(piece);
    return piece;
  }

  #end(part: MessagePart): void {
    this.#open = undefined;
    this.#pieces.push(part);
  }
}

const withMetadata = (chunk: MessagePart["chunk"], metadata: Json | undefined): MessagePart =>
  metadata === undefined ? { chunk } : { chunk, providerMetadata: metadata };
