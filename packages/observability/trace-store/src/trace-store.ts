import type { JournalRecord, LogRecord, SpanCloseRecord, SpanOpenRecord } from "@dispatch/journal-sink/record";

/**
 * What happened, as the journal told it, for a while. One process writes it; others may read it at the same time.
 * Every member is synchronous. A reader sees what was committed when it asked.
 */
export interface TraceStore extends AsyncDisposable {
  readonly path: string;
  /**
   * One transaction: rows, bodies and progress land together or not at all. A record that is there already is not inserted again, so
   * that reading a journal twice is reading it once.
   */
  insert(records: Iterable<JournalRecord>, progress?: SegmentProgress): Inserted;
  /** How far each of the journal's segments was read. */
  progress(journal: string): readonly SegmentProgress[];
  /** Segments that are no more. */
  forget(journal: string, inodes: readonly string[]): void;
  /** By timestamp, then in the order of the journal. */
  turn(turnId: string): readonly StoredRecord[];
  /** Newest first, or the longest; those that failed and the longest are turns that have ended. */
  turns(filter: TurnFilter): readonly TurnSummary[];
  /** Closed spans, the longest first. */
  slow(filter: RecordFilter): readonly StoredRecord[];
  /** Spans that ended as errors and logs of level error, newest first. */
  errors(filter: RecordFilter): readonly StoredRecord[];
  /** All that was recorded of one span, in order. */
  span(spanId: string): readonly StoredRecord[];
  /** `undefined`: the record has none, or it was evicted. */
  body(recordId: string): string | undefined;
  /** By the hash of the text, also of the text as it was before secrets in it were masked. */
  bodyByHash(hash: string): string | undefined;
  /**
   * Removes what is too old, then what is too much, the oldest first, in short transactions. With `rowsMax` it stops when about so many
   * rows are gone, and `done` says whether that was all.
   */
  prune(limits: PruneLimits): Pruned;
  /** Problems, a sentence each; none when the file is sound. Reads all of it. */
  check(): readonly string[];
  stats(): TraceStats;
}

type Stored<R> = R extends JournalRecord ? Omit<R, "body"> & StoredFields : never;
interface StoredFields {
  readonly id: string;
  readonly bodyHash?: string;
  /** Of the body as UTF-8. Absent without a body, and when it was evicted. */
  readonly bodySizeBytes?: number;
}
/** A record as it stands in the journal, but for the body, which is asked for by itself. */
export type StoredRecord = Stored<LogRecord> | Stored<SpanOpenRecord> | Stored<SpanCloseRecord>;

export interface TurnSummary {
  readonly turnId: string;
  readonly spanId: string;
  readonly conversationId?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Absent while the turn runs, and of a turn that its process did not survive. */
  readonly durationMs?: number;
  readonly status?: "ok" | "error";
  /** Of the turn's span: model, usage, finish reason. */
  readonly attributes: NonNullable<JournalRecord["attributes"]>;
}

export interface TurnFilter {
  readonly limit: number;
  /** Turns that began before, epoch milliseconds; that ended before, of those that have ended. */
  readonly before?: number;
  readonly since?: number;
  readonly conversationId?: string;
  readonly order?: "newest" | "slowest";
  readonly failed?: boolean;
}

export interface RecordFilter {
  readonly limit: number;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly before?: number;
  /** Of spans. */
  readonly name?: string;
}

/** How far one segment of a journal was read. */
export interface SegmentProgress {
  /** Absolute path of the journal. */
  readonly journal: string;
  /** Decimal: it may have 64 bits. */
  readonly inode: string;
  /** Tells the segment from another that got its inode, and from itself before it was cut and written anew. */
  readonly generation: string;
  /** In bytes; always behind a whole line. */
  readonly offset: number;
}

export interface Inserted {
  readonly inserted: number;
  /** Records that cannot be identified: nested too deeply. */
  readonly refused: number;
}

export interface PruneLimits {
  readonly ageMs: number;
  /** Of bodies as they are stored, compressed. */
  readonly bodyBytesMax: number;
  readonly recordsMax?: number;
  readonly rowsMax?: number;
}

export interface Pruned {
  /** Records and bodies. */
  readonly removed: number;
  readonly done: boolean;
}

export interface TraceStats {
  readonly records: number;
  readonly bodies: number;
  /** Of bodies as they are stored. */
  readonly bytes: number;
}
