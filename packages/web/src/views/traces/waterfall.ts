import type { Span } from "./turns.ts";

/** One line of the waterfall. */
export interface Line {
  readonly span: Span;
  readonly hasChildren: boolean;
  readonly isFolded: boolean;
  /** Among those within the same span, counting from 1, and how many there are. */
  readonly place: number;
  readonly siblings: number;
}

export interface Extent {
  /** Epoch milliseconds. */
  readonly start: number;
  /** At least a fraction: nothing is divided by zero. */
  readonly durationMs: number;
}

export function extentOf(spans: readonly Span[]): Extent {
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startedAt, durationMs = 0 } of spans) {
    start = Math.min(start, startedAt);
    end = Math.max(end, startedAt + durationMs);
  }
  return Number.isFinite(start) ? { start, durationMs: Math.max(0.001, end - start) } : { start: 0, durationMs: 0.001 };
}

/** Where a span's bar stands, in parts of the whole. What has not ended reaches to the end. */
export function barOf(
  { startedAt, durationMs, kind }: Span,
  { start, durationMs: whole }: Extent,
): { readonly left: number; readonly width: number } {
  const left = clamp((startedAt - start) / whole);
  if (kind === "log") return { left, width: 0 };
  return { left, width: durationMs === undefined ? 1 - left : clamp(Math.min(durationMs / whole, 1 - left)) };
}

const clamp = (part: number): number => Math.max(0, Math.min(1, part));

/** The lines that are shown: what is within a folded span is not. Spans stand in the order of the tree, each followed by what is within it. */
export function linesOf(spans: readonly Span[], folded: ReadonlySet<string>): readonly Line[] {
  const places = placesOf(spans);
  const lines: Line[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const [index, span] of spans.entries()) {
    if (span.depth > hiddenBelow) continue;
    hiddenBelow = Number.POSITIVE_INFINITY;
    const hasChildren = (spans[index + 1]?.depth ?? 0) > span.depth;
    const isFolded = hasChildren && folded.has(span.id);
    if (isFolded) hiddenBelow = span.depth;
    lines.push({ span, hasChildren, isFolded, ...(places[index] ?? { place: 1, siblings: 1 }) });
  }
  return lines;
}

function placesOf(spans: readonly Span[]): readonly { readonly place: number; readonly siblings: number }[] {
  const groups: { siblings: number }[] = [];
  const found = spans.map(({ depth }) => {
    groups.length = Math.min(groups.length, depth + 1);
    const group = groups[depth] ?? { siblings: 0 };
    groups[depth] = group;
    group.siblings += 1;
    return { place: group.siblings, group };
  });
  return found.map(({ place, group }) => ({ place, siblings: group.siblings }));
}

/** What a key does in the tree; `undefined`: nothing. */
export function moveOf(
  key: string,
  lines: readonly Line[],
  at: number,
  page: number,
): { readonly to: number } | { readonly fold: string } | undefined {
  const line = lines[at];
  if (line === undefined) return undefined;
  const to = (index: number) => ({ to: Math.max(0, Math.min(lines.length - 1, index)) });
  switch (key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at - 1);
    case "PageDown":
      return to(at + page);
    case "PageUp":
      return to(at - page);
    case "Home":
      return to(0);
    case "End":
      return to(lines.length - 1);
    case "ArrowRight":
      if (line.isFolded) return { fold: line.span.id };
      return line.hasChildren ? to(at + 1) : undefined;
    case "ArrowLeft":
      if (line.hasChildren && !line.isFolded) return { fold: line.span.id };
      return toParent(lines, at);
    default:
      return undefined;
  }
}

function toParent(lines: readonly Line[], at: number): { readonly to: number } | undefined {
  const depth = lines[at]?.span.depth ?? 0;
  const parent = lines.slice(0, at).findLastIndex(({ span }) => span.depth < depth);
  return parent === -1 ? undefined : { to: parent };
}

/** What a person looks at first: what failed and says why, deepest in the tree, or else the turn. */
export function firstOf(spans: readonly Span[]): string | undefined {
  const failed = spans.filter(({ state }) => state === "error");
  const telling = failed.filter(({ attributes }) => attributes["error.message"] !== undefined);
  const candidates = telling.length > 0 ? telling : failed;
  const deepest = candidates.reduce<Span | undefined>(
    (best, span) => (best === undefined || span.depth > best.depth ? span : best),
    undefined,
  );
  return (deepest ?? spans[0])?.id;
}
