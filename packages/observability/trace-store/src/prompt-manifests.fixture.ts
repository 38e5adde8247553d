import { bodyHash } from "@dispatch/journal-sink/record";

/** What one request showed the model. `tools` and each message are JSON, where a test does not care otherwise. */
export interface SaidPrompt {
  readonly system: string;
  readonly tools: string;
  readonly messages: readonly string[];
}

/** As turn-trace writes the prompts of one turn: each manifest on the one before, as far as their messages are the same. */
export function manifestsOf(prompts: readonly SaidPrompt[]): {
  readonly bodies: readonly string[];
  readonly manifests: readonly string[];
} {
  const bodies = new Set<string>();
  const manifests: string[] = [];
  let last: { readonly hash: string; readonly messages: readonly string[] } | undefined;
  for (const { system, tools, messages } of prompts) {
    for (const text of [system, tools, ...messages]) bodies.add(text);
    const differs = messages.findIndex((text, index) => text !== last?.messages[index]);
    const shared = last === undefined ? 0 : differs === -1 ? messages.length : differs;
    const base = last === undefined || shared === 0 ? {} : { base: { hash: last.hash, messages: shared } };
    const text = JSON.stringify({
      v: 1,
      system: bodyHash(system),
      tools: bodyHash(tools),
      ...base,
      messages: messages.slice(shared).map(bodyHash),
    });
    manifests.push(text);
    last = { hash: bodyHash(text), messages };
  }
  return { bodies: [...bodies], manifests };
}
