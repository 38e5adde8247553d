import type { ModelRequest } from "@dispatch/kernel";
import type { ReasoningEffort } from "@dispatch/wire";

/** Manifests that stand on one another, as many as a turn has steps at most. */
const basesMax = 10_000;

interface Manifest {
  readonly system: string;
  readonly tools: string;
  readonly base?: { readonly hash: string; readonly messages: number };
  readonly messages: readonly string[];
  readonly outputTokensMax?: number;
  readonly reasoningEffort?: ReasoningEffort;
}

/** The request that a prompt's manifest names; `undefined` when a text that it needs is not there any more. */
export function rebuildRequest(manifest: string, bodyByHash: (hash: string) => string | undefined): ModelRequest | undefined {
  const { system, tools, messages: own, base, outputTokensMax, reasoningEffort } = JSON.parse(manifest) as Manifest;
  const before = base === undefined ? [] : hashesOf(base, bodyByHash);
  const systemText = bodyByHash(system);
  const toolsText = bodyByHash(tools);
  if (before === undefined || systemText === undefined || toolsText === undefined) return undefined;
  const messages = [...before, ...own].map((hash) => bodyByHash(hash));
  if (messages.includes(undefined)) return undefined;
  return {
    system: systemText,
    messages: messages.map((text) => JSON.parse(text ?? "")),
    tools: JSON.parse(toolsText),
    ...(outputTokensMax === undefined ? {} : { outputTokensMax }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

/** From the last manifest back to the one that stands on none. */
function hashesOf(base: NonNullable<Manifest["base"]>, bodyByHash: (hash: string) => string | undefined): readonly string[] | undefined {
  const pieces: (readonly string[])[] = [];
  let wanted: Manifest["base"] | undefined = base;
  for (let count = 0; wanted !== undefined && count < basesMax; count++) {
    const text = bodyByHash(wanted.hash);
    if (text === undefined) return undefined;
    const manifest = JSON.parse(text) as Manifest;
    const from = manifest.base?.messages ?? 0;
    pieces.unshift(manifest.messages.slice(0, Math.max(0, wanted.messages - from)));
    wanted = manifest.base && { hash: manifest.base.hash, messages: Math.min(manifest.base.messages, wanted.messages) };
  }
  return wanted === undefined ? pieces.flat() : undefined;
}
