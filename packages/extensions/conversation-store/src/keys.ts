/** Ids match the grammar of the wire, which has no `/`, so one conversation's keys are never a prefix of another's. */
const ordinal = (n: number): string => String(n).padStart(ordinalDigits, "0");
const ordinalDigits = 12;

export const recordPrefix = "meta/";
export const openPrefix = "open/";
export const tailPrefix = "tail/";
export const keys = {
  record: (id: string) => `${recordPrefix}${id}`,
  open: (id: string) => `${openPrefix}${id}`,
  seat: (id: string) => `seat/${id}`,
  log: (id: string) => `log/${id}/`,
  chunk: (id: string, seq: number) => `log/${id}/${ordinal(seq)}`,
  tail: (n: number) => `${tailPrefix}${ordinal(n)}`,
  turns: (id: string) => `turn/${id}/`,
  turn: (id: string, n: number) => `turn/${id}/${ordinal(n)}`,
  queue: (id: string) => `queue/${id}/`,
  queued: (id: string, n: number) => `queue/${id}/${ordinal(n)}`,
} as const;

/** The number at the end of a key. */
export const ordinalOf = (key: string): number => Number(key.slice(-ordinalDigits));
