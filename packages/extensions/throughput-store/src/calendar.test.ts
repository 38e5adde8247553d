import { expect, test } from "vitest";
import { dayOf, isTimeZone, spanOf } from "./calendar.ts";

const at = (iso: string) => Temporal.Instant.from(iso).epochMilliseconds;
const hourMs = 3_600_000;

test("a day begins and ends at local midnight, and its end is the next one's beginning", () => {
  expect(spanOf("day", "2026-11-04", "Europe/Berlin")).toEqual({
    start: at("2026-11-03T23:00:00Z"),
    end: at("2026-11-04T23:00:00Z"),
    days: ["2026-11-04"],
  });
  expect(spanOf("day", "2026-11-05", "Europe/Berlin").start).toBe(spanOf("day", "2026-11-04", "Europe/Berlin").end);
});

test.each([
  ["2026-03-29", "Europe/Berlin", 23],
  ["2026-10-25", "Europe/Berlin", 25],
  ["2018-11-04", "America/Sao_Paulo", 23],
  ["2018-02-17", "America/Sao_Paulo", 25],
  ["2026-04-05", "Australia/Lord_Howe", 24.5],
  ["2011-12-30", "Pacific/Apia", 0],
])("%s in %s has %d hours", (date, timeZone, hours) => {
  const { start, end } = spanOf("day", date, timeZone);
  expect((end - start) / hourMs).toBe(hours);
});

test.each(["2026-11-02", "2026-11-04", "2026-11-08"])("the week of %s goes from Monday the 2nd to Sunday the 8th", (date) => {
  const span = spanOf("week", date, "UTC");
  expect(span).toMatchObject({ start: at("2026-11-02T00:00:00Z"), end: at("2026-11-09T00:00:00Z") });
  expect(span.days).toEqual(["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06", "2026-11-07", "2026-11-08"]);
});

test("a week may lie in two years, and a month has its own number of days", () => {
  expect(spanOf("week", "2027-01-01", "UTC").days.at(0)).toBe("2026-12-28");
  expect(spanOf("month", "2024-02", "UTC").days).toHaveLength(29);
  expect(spanOf("month", "2026-12", "UTC")).toMatchObject({ start: at("2026-12-01T00:00:00Z"), end: at("2027-01-01T00:00:00Z") });
});

test("a moment belongs to the day of its zone", () => {
  expect(dayOf(at("2026-11-04T23:30:00Z"), "UTC")).toBe("2026-11-04");
  expect(dayOf(at("2026-11-04T23:30:00Z"), "Europe/Berlin")).toBe("2026-11-05");
  expect(isTimeZone("Europe/Berlin")).toBe(true);
  expect(isTimeZone("Europe/Nowhere")).toBe(false);
});
