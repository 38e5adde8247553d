/** A day of a time zone, as YYYY-MM-DD. */
export type Day = string;

export type Period = "day" | "week" | "month";

export interface Span {
  /** Epoch milliseconds, included. */
  readonly start: number;
  /** Epoch milliseconds, excluded. */
  readonly end: number;
  readonly days: readonly Day[];
}

export const localTimeZone = (): string => Temporal.Now.timeZoneId();

export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

export const dayOf = (epochMs: number, timeZone: string): Day =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/** The period that holds the date, which exists: YYYY-MM-DD, or YYYY-MM of a month. A week begins on Monday; a day begins at its first moment, whatever the clocks do. */
export function spanOf(period: Period, date: string, timeZone: string): Span {
  const given = Temporal.PlainDate.from(period === "month" ? `${date}-01` : date);
  const first = period === "week" ? given.subtract({ days: given.dayOfWeek - 1 }) : given;
  const after = first.add({ [`${period}s`]: 1 });
  const days: Day[] = [];
  for (let day = first; Temporal.PlainDate.compare(day, after) < 0; day = day.add({ days: 1 })) days.push(day.toString());
  return { start: beginning(first, timeZone), end: beginning(after, timeZone), days };
}

const beginning = (day: Temporal.PlainDate, timeZone: string): number => day.toZonedDateTime(timeZone).epochMilliseconds;
