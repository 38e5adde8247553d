import { bodyHash, type PromptManifest } from "@dispatch/journal-sink/record";
import type { ModelRequest } from "@dispatch/kernel";
import type { WrittenBodies } from "./written-bodies.ts";

/** The manifests of one turn's requests, each on the one before. */
export class PromptManifests {
  readonly #bodies: WrittenBodies;
  #last: { readonly hash: string; readonly messages: readonly string[] } | undefined;

  constructor(bodies: WrittenBodies) {
    this.#bodies = bodies;
  }

  /** JSON of the request's manifest. The texts that it names are written by then. */
  of({ system, tools, messages, outputTokensMax, reasoningEffort }: ModelRequest): string {
    const hashes = this.#bodies.messages(messages);
    const shared = this.#last === undefined ? 0 : sharedLength(this.#last.messages, hashes);
    const manifest: PromptManifest = {
      v: 1,
      system: this.#bodies.system(system),
      tools: this.#bodies.tools(tools),
      ...(this.#last === undefined || shared === 0 ? {} : { base: { hash: this.#last.hash, messages: shared } }),
      messages: hashes.slice(shared),
      ...(outputTokensMax === undefined ? {} : { outputTokensMax }),
      ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
    };
    const text = JSON.stringify(manifest);
    this.#last = { hash: bodyHash(text), messages: hashes };
    return text;
  }
}

function sharedLength(before: readonly string[], now: readonly string[]): number {
  const differs = now.findIndex((hash, index) => hash !== before[index]);
  return differs === -1 ? now.length : differs;
}
