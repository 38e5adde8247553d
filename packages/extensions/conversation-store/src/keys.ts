/** Ids match the grammar of the wire, which has no `/`, so one conversation's keys are never a prefix of another's. */
const ordinal = (n: number): string => String(n).padStart(ordinalDigits, "0");
const ordinalDigits = 12;

export const recordPrefix = "meta/";
export const openPrefix = "open/";
export const tailPrefix = "tail/";
/** What belongs to one conversation stands together, so that a commit touches few pages; what is searched over all of them has a prefix of its own. */
export const keys = {
  record: (id: string) => `${recordPrefix}${id}`,
  open: (id: string) => `${openPrefix}${id}`,
  tail: (n: number) => `${tailPrefix}${ordinal(n)}`,
  /** All that belongs to it beside its record and its open turn. */
  all: (id: string) => `of/${id}/`,
  fold: (id: string) => `of/${id}/fold`,
  seat: (id: string) => `of/${id}/seat`,
  log: (id: string) => `of/${id}/log/`,
  chunk: (id: string, seq: number) => `of/${id}/log/${ordinal(seq)}`,
  turns: (id: string) => `of/${id}/turn/`,
  turn: (id: string, n: number) => `of/${id}/turn/${ordinal(n)}`,
  queue: (id: string) => `of/${id}/queue/`,
  queued: (id: string, n: number) => `of/${id}/queue/${ordinal(n)}`,
} as const;

/** The number at the end of a key. */
export const ordinalOf = (key: string): number => Number(key.slice(-ordinalDigits));
