import type { Message, Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import type { ImageChunk } from "@dispatch/wire";
import { hasImage, noted } from "./image-messages.ts";
import { notes } from "./image-notes.ts";

/** Models, and messages of one model, that are remembered. */
const namesMax = 1_000;
const messagesMax = 1_000;

/**
 * Keeps an image that a provider refuses from ending its conversation for good, for as long as the process runs:
 * - A model of which nobody said whether it sees, and that turns out not to, is asked again at once with notes in place of images, and counts as blind.
 * - Images of earlier messages that are refused, for their size or their kind, are notes for that model from then on. Those of the newest message are a
 *   failure that the person is told.
 */
export class ImageRefusals {
  readonly #blind = new Set<string>();
  readonly #refused = new Map<string, Set<string>>();

  watch(model: Model, modelName: string): Model {
    if (model.vision === false) return model;
    if (model.vision === undefined && this.#blind.has(modelName))
      return { ...model, vision: false, stream: (...asked) => model.stream(...asked) };
    const stream: Model["stream"] = (request, signal) => {
      if (!request.messages.some(hasImage)) return model.stream(request, signal);
      return this.#ask(model, modelName, this.#withoutRefused(request, model, modelName), signal);
    };
    return { ...model, stream };
  }

  async *#ask(model: Model, modelName: string, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    let isFirst = true;
    for await (const part of model.stream(request, signal)) {
      if (isFirst && part.type === "error" && part.kind === "invalid" && this.#learns(part.message, model, modelName, request)) {
        yield* model.stream(this.#withoutRefused(request, model, modelName), signal);
        return;
      }
      isFirst = false;
      yield part;
    }
  }

  /** `true`: the request may be repeated with fewer images. */
  #learns(message: string, { vision }: Model, modelName: string, { messages }: ModelRequest): boolean {
    const illustrated = messages.filter(hasImage);
    if (illustrated.length === 0) return false;
    if (vision === undefined && isBlindness.test(message)) {
      this.#blind.add(modelName);
      for (const oldest of this.#blind) if (this.#blind.size > namesMax) this.#blind.delete(oldest);
      return true;
    }
    const newest = messages.findLast(({ role }) => role === "user");
    if (!/image|media.?type/i.test(message) || newest === undefined || hasImage(newest)) return false;
    const refused = this.#refused.get(modelName) ?? new Set();
    this.#refused.set(modelName, refused);
    for (const { id } of illustrated) refused.add(id);
    for (const oldest of refused) if (refused.size > messagesMax) refused.delete(oldest);
    for (const oldest of this.#refused.keys()) if (this.#refused.size > namesMax) this.#refused.delete(oldest);
    return true;
  }

  #withoutRefused(request: ModelRequest, { vision }: Model, modelName: string): ModelRequest {
    const refused = this.#refused.get(modelName);
    const isBlind = vision === undefined && this.#blind.has(modelName);
    if (!isBlind && refused === undefined) return request;
    const shown = (message: Message): Message => {
      if (!hasImage(message)) return message;
      if (isBlind) return withNotes(message, notes.blind);
      return refused?.has(message.id) === true ? withNotes(message, notes.refused) : message;
    };
    return { ...request, messages: request.messages.map(shown) };
  }
}

/** As providers and local servers say that a model takes no images at all. */
const isBlindness =
  /image input|image_url|multi-?modal|(?:not|n't) (?:support|accept|process|have|handle)\w* (?:any )?(?:images\b|vision)|vision (?:is )?not/i;

const withNotes = (message: Message, note: (image: ImageChunk) => string): Message => ({
  ...message,
  parts: message.parts.map((part) => noted(part, part.chunk.type === "image" ? note(part.chunk) : undefined)),
});
