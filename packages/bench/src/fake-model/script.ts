/** What the fake model does when asked for a model of this name. The name alone decides, so that no other channel is needed. */
export type Script =
  | { readonly kind: "burst"; readonly deltas: number }
  | { readonly kind: "paced"; readonly deltas: number; readonly everyMs: number }
  | { readonly kind: "reads"; readonly steps: number; readonly readsPerStep: number };

export const shortModel = "short";
export const burstModel = (deltas: number): string => `deltas-${deltas}`;
export const pacedModel = (deltas: number, everyMs: number): string => `paced-${deltas}x${everyMs}ms`;
export const readsModel = (steps: number, readsPerStep: number): string => `tools-${steps}x${readsPerStep}`;

const shortDeltas = 8;

export function scriptOf(model: string): Script | undefined {
  if (model === shortModel) return { kind: "burst", deltas: shortDeltas };
  const [, name, first, second] = /^(deltas|paced|tools)-(\d+)(?:x(\d+)(?:ms)?)?$/.exec(model) ?? [];
  if (name === "deltas" && second === undefined) return { kind: "burst", deltas: Number(first) };
  if (name === "paced" && second !== undefined) return { kind: "paced", deltas: Number(first), everyMs: Number(second) };
  if (name === "tools" && second !== undefined) return { kind: "reads", steps: Number(first), readsPerStep: Number(second) };
  return undefined;
}

export const deltasOf = (script: Script): number => (script.kind === "reads" ? shortDeltas : script.deltas);
