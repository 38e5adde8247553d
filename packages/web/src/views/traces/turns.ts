import type { diffTraces, listTraces, showTrace, traceBody, tracePrompt } from "@dispatch/transport-contract";

export type TracedTurn = ReturnType<(typeof listTraces.output)["parse"]>["turns"][number];
export type Trace = ReturnType<(typeof showTrace.output)["parse"]>;
export type Span = Trace["spans"][number];
export type Prompt = ReturnType<(typeof tracePrompt.output)["parse"]>;
export type BodyPiece = ReturnType<(typeof traceBody.output)["parse"]>;
export type Difference = ReturnType<(typeof diffTraces.output)["parse"]>;

/** What the view of traces is called in the address. */
export const tracesId = "traces";

export const traceLink = (turnId: string, conversationId: string): string =>
  `#${new URLSearchParams({ c: conversationId, v: `${tracesId}.${turnId}` })}`;

/** Ids may hold dots. */
export function turnIn(viewId: string | undefined): string | undefined {
  const turnId = viewId?.startsWith(`${tracesId}.`) === true ? viewId.slice(tracesId.length + 1) : "";
  return turnId === "" ? undefined : turnId;
}

/** Times of spans are fractions of milliseconds, where it matters. */
export function spanTime(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(ms < 1 ? 2 : 1))} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
