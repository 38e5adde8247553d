import type { Message, Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import { blindNotes, hasImage, noted } from "./image-messages.ts";

const namesMax = 1_000;

/**
 * Models of which nobody said whether they see, and that turned out not to: one that refuses a request for its images is asked again at once, with notes
 * in their place, and counts as blind for as long as the process runs. Otherwise one image would end its conversation with that model for good.
 */
export class BlindModels {
  readonly #names = new Set<string>();

  watch(model: Model, modelName: string): Model {
    if (model.vision !== undefined) return model;
    if (this.#names.has(modelName)) return { ...model, vision: false, stream: (request, signal) => model.stream(request, signal) };
    const stream: Model["stream"] = (request, signal) => {
      if (!request.messages.some(hasImage)) return model.stream(request, signal);
      if (this.#names.has(modelName)) return model.stream(withoutImages(request), signal);
      return askTwice(model, request, signal, () => this.#add(modelName));
    };
    return { ...model, stream };
  }

  #add(modelName: string): void {
    this.#names.add(modelName);
    for (const oldest of this.#names) if (this.#names.size > namesMax) this.#names.delete(oldest);
  }
}

async function* askTwice(model: Model, request: ModelRequest, signal: AbortSignal, found: () => void): AsyncGenerator<ModelPart> {
  let isFirst = true;
  for await (const part of model.stream(request, signal)) {
    if (isFirst && part.type === "error" && part.kind === "invalid" && refusesImages(part.message)) {
      found();
      yield* model.stream(withoutImages(request), signal);
      return;
    }
    isFirst = false;
    yield part;
  }
}

/** As providers and local servers put it. One that refuses a single image for its size or its kind says something else, and is a failure as before. */
const refusesImages = (message: string): boolean =>
  /image input|image_url|multi-?modal|(?:not|n't) (?:support|accept|process|have|handle)\w* (?:any )?(?:image|vision)|vision (?:is )?not/i.test(
    message,
  );

function withoutImages(request: ModelRequest): ModelRequest {
  const notes = blindNotes(request.messages);
  const blinded = (message: Message): Message => {
    if (!hasImage(message)) return message;
    return { ...message, parts: message.parts.map((part) => noted(part, notes.get(part))) };
  };
  return { ...request, messages: request.messages.map(blinded) };
}
