import type { Model, ModelError, ModelPart, ModelRequest } from "../contracts/model.ts";

/**
 * One request to a model, pulled a part at a time. Whatever the model does, the last part is an `error` or a proper `finish`: a stream
 * that just ends is `unavailable`, one that throws broke its contract and is a `defect`.
 */
export class ModelStream {
  readonly #ring: () => void;
  readonly #parts: AsyncIterator<ModelPart> | undefined;
  #state: "idle" | "asked" | "ended" = "idle";
  #arrived: ModelPart | undefined;

  constructor(model: Model, request: ModelRequest, signal: AbortSignal, ring: () => void) {
    this.#ring = ring;
    try {
      this.#parts = model.stream(request, signal)[Symbol.asyncIterator]();
    } catch (thrown) {
      this.#onThrow(thrown);
    }
  }

  /** Asks for the next part unless that was asked already; the bell rings when it is there. */
  pull(): void {
    if (this.#state !== "idle") return;
    this.#state = "asked";
    try {
      this.#parts?.next().then(this.#onPart, this.#onThrow);
    } catch (thrown) {
      this.#onThrow(thrown);
    }
  }

  /** The part that has arrived, once. */
  take(): ModelPart | undefined {
    const part = this.#arrived;
    this.#arrived = undefined;
    return part;
  }

  /**
   * Waits for nothing: a model that does not listen holds up nobody. After the last part the model is let run to its end, so that its
   * connection can be used again; before it, the request ends.
   */
  close(): void {
    const parts = this.#parts;
    if (parts === undefined) return;
    const quit = async () => {
      const ended = this.#state === "ended" && (await parts.next()).done;
      if (!ended) await parts.return?.();
    };
    quit().catch(() => {});
  }

  readonly #onPart = ({ done, value }: IteratorResult<ModelPart>): void => {
    const part = done ? cut("The model's answer broke off.") : value;
    this.#arrived = part?.type === "finish" && part.unified === "error" ? cut("The model ended its answer with an error.") : part;
    this.#state = part?.type === "error" || part?.type === "finish" ? "ended" : "idle";
    this.#ring();
  };

  readonly #onThrow = (thrown: unknown): void => {
    const what = thrown instanceof Error ? thrown.message : String(thrown);
    this.#arrived = { type: "error", kind: "defect", code: "kernel/model-threw", message: `The model's adapter failed: ${what}` };
    this.#state = "ended";
    this.#ring();
  };
}

const cut = (message: string): ModelError => ({ type: "error", kind: "unavailable", code: "kernel/stream-cut", message });
