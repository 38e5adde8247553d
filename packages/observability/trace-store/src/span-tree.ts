import type { StoredRecord } from "./trace-store.ts";

export type StoredLog = Extract<StoredRecord, { readonly kind: "log" }>;
export type StoredSpan = Exclude<StoredRecord, StoredLog>;

/** A span, opened or closed, or what was logged; and what belongs to it, in order. */
export interface TraceNode {
  /** Of a span its end, or else its opening. */
  readonly record: StoredRecord;
  readonly isOpen: boolean;
  /** Epoch milliseconds. Of a span whose opening was lost: as long before its end as it took. */
  readonly startedAt: number;
  /** Which record's body that is. */
  readonly bodyRecordId?: string;
  /** Of the body of either, the end's first. */
  readonly bodySizeBytes?: number;
  readonly children: readonly TraceNode[];
}

interface Growing {
  record: StoredRecord;
  isOpen: boolean;
  readonly startedAt: number;
  bodyRecordId: string | undefined;
  bodySizeBytes: number | undefined;
  readonly children: Growing[];
}

/**
 * Records as trees, in the order in which things began. What names a parent that is not there stands at the top; of spans that are each other's parents
 * one stands at the top, so that nothing is lost and nothing goes round.
 */
export function spanTree(records: readonly StoredRecord[]): readonly TraceNode[] {
  const spans = new Map<string, Growing>();
  const all: Growing[] = [];
  for (const record of records) {
    if (isKeptBody(record)) continue;
    const known = record.kind === "log" ? undefined : spans.get(record.spanId);
    if (known === undefined) {
      const startedAt = record.timestamp - (record.kind === "span-close" ? record.durationMs : 0);
      const node: Growing = { record, isOpen: record.kind === "span-open", startedAt, ...bodyOf(record), children: [] };
      all.push(node);
      if (record.kind !== "log") spans.set(record.spanId, node);
    } else if (record.kind === "span-close") {
      known.record = record;
      known.isOpen = false;
      if (record.bodySizeBytes !== undefined) Object.assign(known, bodyOf(record));
    }
  }
  return rooted(all, spans) as readonly TraceNode[];
}

const bodyOf = ({ id, bodySizeBytes }: StoredRecord): Pick<Growing, "bodyRecordId" | "bodySizeBytes"> => ({
  bodyRecordId: bodySizeBytes === undefined ? undefined : id,
  bodySizeBytes,
});

/** Texts that prompts and replays refer to are no news of their own. */
const isKeptBody = (record: StoredRecord): boolean =>
  record.kind === "log" && record.level === "debug" && record.extensionId === "turn-trace" && record.bodyHash !== undefined;

function rooted(all: readonly Growing[], spans: ReadonlyMap<string, Growing>): readonly Growing[] {
  const parents = new Map<Growing, Growing>();
  const roots: Growing[] = [];
  for (const node of all) {
    const parent = parentOf(node, spans);
    if (parent === undefined || leadsTo(parent, node, parents)) roots.push(node);
    else {
      parents.set(node, parent);
      parent.children.push(node);
    }
  }
  return roots;
}

function parentOf(node: Growing, spans: ReadonlyMap<string, Growing>): Growing | undefined {
  const { record } = node;
  const own = record.kind === "log" && record.spanId !== undefined ? spans.get(record.spanId) : undefined;
  return own ?? (record.parentSpanId === undefined ? undefined : spans.get(record.parentSpanId));
}

/** Deep chains of ancestors are walked once a node: what is nested so deeply that this shows was never a turn. */
const ancestorsMax = 10_000;

function leadsTo(from: Growing, to: Growing, parents: ReadonlyMap<Growing, Growing>): boolean {
  let at: Growing | undefined = from;
  for (let steps = 0; at !== undefined && steps < ancestorsMax; steps++) {
    if (at === to) return true;
    at = parents.get(at);
  }
  return at !== undefined;
}
