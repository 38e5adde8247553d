export type PeriodKind = "day" | "week" | "month";

/** `date`: the day, the Monday of the week, or the month as YYYY-MM. */
export interface Period {
  readonly kind: PeriodKind;
  readonly date: string;
}

export const periodKinds: readonly PeriodKind[] = ["day", "week", "month"];
const dayMs = 86_400_000;
const partForm = /^(day|week|month)-(\d{4}-\d{2}(?:-\d{2})?)$/;

/** Today, by the clock on the wall, as YYYY-MM-DD. */
export function todayOf(now: number): string {
  const date = new Date(now);
  return isoOf(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
}

/** The period that holds a day. */
export function periodOf(kind: PeriodKind, day: string): Period {
  if (kind === "month") return { kind, date: day.slice(0, 7) };
  if (kind === "day") return { kind, date: day };
  const at = Date.parse(day);
  const afterMonday = (new Date(at).getUTCDay() + 6) % 7;
  return { kind, date: isoOf(at - afterMonday * dayMs) };
}

/** The first day of it. */
export const firstDay = ({ kind, date }: Period): string => (kind === "month" ? `${date}-01` : date);

export const holds = (period: Period, day: string): boolean => periodOf(period.kind, day).date === period.date;

export function moved(period: Period, by: number): Period {
  const at = new Date(firstDay(period));
  if (period.kind === "month") at.setUTCMonth(at.getUTCMonth() + by);
  else at.setUTCDate(at.getUTCDate() + by * (period.kind === "week" ? 7 : 1));
  return periodOf(period.kind, isoOf(at.getTime()));
}

/** As another kind: today's, if that was in it. */
export const asKind = (period: Period, kind: PeriodKind, today: string): Period =>
  periodOf(kind, holds(period, today) ? today : firstDay(period));

/** As the address says it; what is no period is today. */
export function periodIn(part: string | undefined, today: string): Period {
  const [, kind, date = ""] = partForm.exec(part ?? "") ?? [];
  const day = date.length === 7 ? `${date}-01` : date;
  if (kind === undefined || Number.isNaN(Date.parse(day)) || isoOf(Date.parse(day)) !== day) return { kind: "day", date: today };
  return periodOf(kind as PeriodKind, day);
}

export const partOfPeriod = ({ kind, date }: Period): string => `${kind}-${date}`;

export function labelOf(period: Period, today: string): string {
  const at = Date.parse(firstDay(period));
  const year = firstDay(period).slice(0, 4) === today.slice(0, 4) ? {} : ({ year: "numeric" } as const);
  if (period.kind === "month") return format({ month: "long", year: "numeric" }).format(at);
  if (period.kind === "week") return format({ day: "numeric", month: "short", ...year }).formatRange(at, at + 6 * dayMs);
  return period.date === today ? "Today" : format({ weekday: "short", day: "numeric", month: "long", ...year }).format(at);
}

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(undefined, { ...options, timeZone: "UTC" });
const isoOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
