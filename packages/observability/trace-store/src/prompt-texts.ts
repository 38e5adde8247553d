import type { PromptManifest } from "@dispatch/journal-sink/record";

/** One request as it was made: what the model got, in this order. `undefined`: the text is no longer stored. */
export interface PromptTexts {
  readonly system: string | undefined;
  /** JSON. */
  readonly tools: string | undefined;
  /** JSON of one message each. */
  readonly messages: readonly (string | undefined)[];
  readonly outputTokensMax?: number;
  readonly reasoningEffort?: NonNullable<PromptManifest["reasoningEffort"]>;
}

/** A turn has not as many steps. */
const basesMax = 10_000;
const messagesMax = 1_000_000;

/**
 * Follows a manifest's bases to the first of the turn. What a base should give and does not, because it is gone or no manifest, are messages that are no
 * longer stored. `undefined`: the text itself is no manifest.
 */
export function promptTexts(text: string, bodyByHash: (hash: string) => string | undefined): PromptTexts | undefined {
  const manifest = readManifest(text);
  if (manifest === undefined) return undefined;
  const { outputTokensMax, reasoningEffort } = manifest;
  const pieces: (readonly (string | undefined)[])[] = [manifest.messages];
  let wanted = Math.min(manifest.base?.messages ?? 0, messagesMax);
  let base = manifest.base;
  for (let steps = 0; base !== undefined && wanted > 0 && steps < basesMax; steps++) {
    const earlier: PromptManifest | undefined = readManifest(bodyByHash(base.hash) ?? "");
    if (earlier === undefined) break;
    const inherited = Math.min(earlier.base?.messages ?? 0, wanted);
    pieces.push(earlier.messages.slice(0, wanted - inherited));
    wanted = inherited;
    base = earlier.base;
  }
  const lost = Array.from({ length: wanted }, () => undefined);
  const hashes = [lost, ...pieces.reverse()].flat();
  return {
    system: bodyByHash(manifest.system),
    tools: bodyByHash(manifest.tools),
    messages: hashes.map((hash) => (hash === undefined ? undefined : bodyByHash(hash))),
    ...(outputTokensMax === undefined ? {} : { outputTokensMax }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

function readManifest(text: string): PromptManifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

function isManifest(value: unknown): value is PromptManifest {
  if (!isFields(value) || value.v !== 1 || typeof value.system !== "string" || typeof value.tools !== "string") return false;
  const { base, messages } = value;
  if (!Array.isArray(messages) || !messages.every((hash) => typeof hash === "string")) return false;
  return (
    base === undefined ||
    (isFields(base) && typeof base.hash === "string" && Number.isSafeInteger(base.messages) && Number(base.messages) >= 0)
  );
}
