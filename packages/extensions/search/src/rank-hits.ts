/** A passage that holds all words. */
export interface Hit {
  readonly passage: number;
  readonly conversation: number;
  readonly seq: number;
  readonly kind: string;
  readonly role: string;
  readonly lastActivityAt: number;
  /** bm25: the lower the better, never above 0. */
  readonly distance: number;
}

/** Of one conversation, so that a long one does not hide the others. */
const hitsOfConversationMax = 3;
const recencyMs = 30 * 24 * 3_600_000;

/** Best first: how well it matches, more for what people said than for what tools did, and less the longer ago the conversation was touched. */
export function rankHits(hits: readonly Hit[], nowMs: number, limit: number): readonly Hit[] {
  const scored = onePerChunk(hits).map((hit) => ({ hit, score: scoreOf(hit, nowMs) }));
  const groups = [...Map.groupBy(scored, ({ hit }) => hit.conversation).values()].map((group) => {
    const best = group.toSorted((a, b) => b.score - a.score || b.hit.seq - a.hit.seq);
    const inLog = best.filter(({ hit }) => hit.seq > 0);
    // Where the words stand says more than that they stand in the title too; the title still counts for the place.
    return { score: best[0]?.score ?? 0, hits: (inLog.length > 0 ? inLog : best).slice(0, hitsOfConversationMax).map(({ hit }) => hit) };
  });
  const latest = ({ hits: [first] }: { readonly hits: readonly Hit[] }) => first?.lastActivityAt ?? 0;
  return groups
    .toSorted((a, b) => b.score - a.score || latest(b) - latest(a))
    .flatMap((group) => group.hits)
    .slice(0, limit);
}

function onePerChunk(hits: readonly Hit[]): readonly Hit[] {
  const best = new Map<string, Hit>();
  for (const hit of hits) {
    const place = `${hit.conversation} ${hit.seq}`;
    const other = best.get(place);
    if (other === undefined || hit.distance < other.distance) best.set(place, hit);
  }
  return [...best.values()];
}

function scoreOf(hit: Hit, nowMs: number): number {
  const agoMs = Math.max(nowMs - hit.lastActivityAt, 0);
  return (-hit.distance * weightOf(hit)) / (1 + agoMs / recencyMs);
}

function weightOf({ kind, role }: Hit): number {
  if (kind === "title") return 3;
  if (kind === "text" || kind === "system") return role === "user" ? 1.5 : 1.2;
  return 0.6;
}
