import type { Clock, Model, Store } from "@dispatch/kernel";
import { dataUrlOf } from "./data-url.ts";
import type { ImageFiles } from "./image-files.ts";
import { kindOfName, type StoredImage } from "./image-name.ts";

export interface DescriptionPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly files: Pick<ImageFiles, "read">;
  /** `undefined`: nobody is to describe images. Faults: those of the model catalog. */
  model(): Promise<Model | undefined>;
  failed(image: StoredImage, why: string): void;
}

/** Of one request's images; the others, older ones, go without. */
const describedMax = 8;
const describeMsMax = 30_000;
const wordsCharsMax = 2_000;
const outputTokensMax = 1_000;
const knownMax = 4_000;

/** Images in words, by their names: asked for once, when an image is no longer sent, and kept. */
export class Descriptions {
  readonly #ports: DescriptionPorts;
  readonly #known = new Map<string, Known>();

  constructor(ports: DescriptionPorts) {
    this.#ports = ports;
  }

  /** Never rejects: an image without a description goes without. */
  async of(images: readonly StoredImage[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const asked = [...new Map(images.map((image) => [image.name, image])).values()];
    for (const image of asked) if (!this.#known.has(image.name)) this.#keep(image, await this.#stored(image));
    const missing = asked.filter(({ name }) => this.#known.get(name) === "unasked");
    if (missing.length > 0) await this.#learn(missing, signal);
    return new Map(asked.flatMap(({ name }) => wordsOf(name, this.#known.get(name))));
  }

  async #learn(missing: readonly StoredImage[], signal: AbortSignal): Promise<void> {
    const model = await this.#model(missing);
    if (model === undefined) return;
    const end = new AbortController();
    const timeout = this.#ports.clock.sleep(describeMsMax, AbortSignal.any([signal, end.signal])).then(() => end.abort());
    const within = AbortSignal.any([signal, end.signal]);
    await Promise.all(missing.slice(-describedMax).map((image) => this.#describe(image, model, within)));
    end.abort();
    await timeout;
    // Whoever stops a turn has not said that its images are not worth a word.
    if (!signal.aborted) this.#giveUp(missing);
  }

  async #model(missing: readonly StoredImage[]): Promise<Model | undefined> {
    try {
      const model = await this.#ports.model();
      if (model?.vision !== false) return model;
      throw new Error(`${model.name} cannot see images`);
    } catch (thrown) {
      for (const image of missing) this.#ports.failed(image, said(thrown));
      this.#giveUp(missing);
      return undefined;
    }
  }

  async #describe(image: StoredImage, model: Model, signal: AbortSignal): Promise<void> {
    try {
      const bytes = await this.#ports.files.read(image);
      if (bytes === undefined) return;
      const words = await ask(model, dataUrlOf(kindOfName(image.name).mimeType, bytes), signal);
      await this.#ports.store.commit([{ put: keyOf(image), value: words }]);
      this.#keep(image, { words });
    } catch (thrown) {
      this.#ports.failed(image, said(thrown));
    }
  }

  async #stored(image: StoredImage): Promise<Known> {
    const words = await this.#ports.store.get(keyOf(image)).catch(() => undefined);
    return typeof words === "string" ? { words } : "unasked";
  }

  #giveUp(images: readonly StoredImage[]): void {
    for (const image of images) if (this.#known.get(image.name) === "unasked") this.#keep(image, "given up");
  }

  #keep({ name }: StoredImage, known: Known): void {
    this.#known.set(name, known);
    for (const oldest of this.#known.keys()) if (this.#known.size > knownMax) this.#known.delete(oldest);
  }
}

/** What was given up is not asked for again in this process, so that the note in an image's place stays the same. */
type Known = { readonly words: string } | "unasked" | "given up";

const keyOf = ({ name }: StoredImage): string => `description/${name}`;
const said = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
const wordsOf = (name: string, known: Known | undefined): readonly (readonly [string, string])[] =>
  typeof known === "object" ? [[name, known.words]] : [];

const question =
  "Describe this image for somebody who will never see it: what it shows, every text in it that matters, numbers, names and colours. Plain sentences, at most 150 words.";

async function ask(model: Model, url: string, signal: AbortSignal): Promise<string> {
  const parts = [{ chunk: { type: "text", text: question } }, { chunk: { type: "image", url } }] as const;
  let words = "";
  for await (const part of model.stream(
    { system: "", messages: [{ id: "image", role: "user", parts }], tools: [], outputTokensMax },
    signal,
  )) {
    if (part.type === "text-delta") words += part.text;
    if (part.type === "error") throw new Error(part.message);
    if (words.length > wordsCharsMax) break;
  }
  const told = words.replaceAll(/\s+/g, " ").trim();
  if (told === "") throw new Error(`${model.name} said nothing`);
  return told.length > wordsCharsMax ? `${told.slice(0, wordsCharsMax)}…` : told;
}
