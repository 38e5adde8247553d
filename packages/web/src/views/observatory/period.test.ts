import { expect, test } from "vitest";
import { asKind, holds, labelOf, moved, partOfPeriod, periodIn, periodOf } from "./period.ts";

test("a week is named by its Monday, a month by its number", () => {
  expect(periodOf("week", "2026-11-21")).toEqual({ kind: "week", date: "2026-11-16" });
  expect(periodOf("week", "2026-11-22").date).toBe("2026-11-16");
  expect(periodOf("week", "2026-11-16").date).toBe("2026-11-16");
  expect(periodOf("month", "2026-11-21").date).toBe("2026-11");
});

test("going back and forth leads to where it began, over the ends of months and years", () => {
  for (const kind of ["day", "week", "month"] as const)
    for (const day of ["2026-01-31", "2026-03-01", "2024-02-29", "2026-12-31"]) {
      const period = periodOf(kind, day);
      expect(moved(moved(period, 1), -1)).toEqual(period);
    }
  expect(moved(periodOf("day", "2026-12-31"), 1).date).toBe("2027-01-01");
  expect(moved(periodOf("month", "2026-01-31"), 1).date).toBe("2026-02");
  expect(moved(periodOf("week", "2026-01-01"), -1).date).toBe("2025-12-22");
});

test("another kind of period shows today where it can, and else the beginning of what was shown", () => {
  expect(asKind(periodOf("month", "2026-11-01"), "day", "2026-11-21").date).toBe("2026-11-21");
  expect(asKind(periodOf("month", "2026-10-01"), "week", "2026-11-21").date).toBe("2026-09-28");
  expect(holds(periodOf("week", "2026-11-16"), "2026-11-22")).toBe(true);
});

test("an address that names no period shows today", () => {
  expect(periodIn(partOfPeriod(periodOf("week", "2026-11-21")), "2026-12-01")).toEqual({ kind: "week", date: "2026-11-16" });
  expect(periodIn("month-2026-02", "2026-12-01")).toEqual({ kind: "month", date: "2026-02" });
  for (const part of [undefined, "", "day-2026-02-30", "year-2026", "day-2026-13-01", "x"])
    expect(periodIn(part, "2026-12-01")).toEqual({ kind: "day", date: "2026-12-01" });
});

test("periods are named as people say them", () => {
  expect(labelOf(periodOf("day", "2026-11-21"), "2026-11-21")).toBe("Today");
  expect(labelOf(periodOf("day", "2026-11-20"), "2026-11-21")).toMatch(/20/);
  expect(labelOf(periodOf("week", "2026-11-20"), "2026-11-21")).toMatch(/16.*22/);
  expect(labelOf(periodOf("month", "2025-11-20"), "2026-11-21")).toMatch(/2025/);
});
