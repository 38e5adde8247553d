import type { StoredRecord } from "@dispatch/trace-store";
import { spanTree, type TraceNode, tracedPrompts } from "@dispatch/trace-store/reading";
import { type showTrace, traceSpansMax } from "@dispatch/transport-contract";
import type { z } from "zod";

type Answer = z.output<typeof showTrace.output>;
type Span = Answer["spans"][number];

const attributeCharsMax = 4_000;
const nameCharsMax = 1_000;

/** The tree as rows, each followed by what is within it. */
export function spanRows(records: readonly StoredRecord[]): Pick<Answer, "spans" | "left"> {
  const promptSteps = new Map(tracedPrompts(records).map(({ spanId, step }) => [spanId, step] as const));
  const spans: Span[] = [];
  let left = 0;
  const waiting = spanTree(records)
    .map((node) => ({ node, depth: 0 }))
    .reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    if (spans.length < traceSpansMax) spans.push(spanOf(node, depth, promptSteps));
    else left += 1;
    for (const child of node.children.toReversed()) waiting.push({ node: child, depth: depth + 1 });
  }
  return { spans, left };
}

function spanOf(
  { record, isOpen, startedAt, bodyRecordId, bodySizeBytes }: TraceNode,
  depth: number,
  prompts: ReadonlyMap<string, number>,
): Span {
  const promptStep = record.kind === "log" ? undefined : prompts.get(record.spanId);
  const common = {
    depth,
    extensionId: record.extensionId,
    startedAt,
    attributes: shortened(record.attributes),
    ...(bodyRecordId === undefined || bodySizeBytes === undefined ? {} : { body: { recordId: bodyRecordId, sizeBytes: bodySizeBytes } }),
    ...(promptStep === undefined ? {} : { promptStep }),
  };
  if (record.kind === "log") return { ...common, id: record.id, kind: "log", name: cut(record.msg, nameCharsMax), state: record.level };
  const { spanId: id } = record;
  const span = { ...common, id, kind: "span", name: cut(record.name, nameCharsMax) } as const;
  return isOpen || record.kind === "span-open"
    ? { ...span, state: "open" }
    : { ...span, durationMs: record.durationMs, state: record.status };
}

/** The journal's own lines may hold anything: what is no attribute is shown as JSON. */
function shortened(attributes: StoredRecord["attributes"] = {}): Span["attributes"] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]: [string, unknown]) => {
      if (typeof value === "number" || typeof value === "boolean" || value === null) return [name, value];
      return [name, cut(typeof value === "string" ? value : (JSON.stringify(value) ?? ""), attributeCharsMax)];
    }),
  );
}

const cut = (text: string, charsMax: number): string => (text.length > charsMax ? `${text.slice(0, charsMax).toWellFormed()}…` : text);
