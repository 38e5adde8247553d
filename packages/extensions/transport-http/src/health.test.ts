import { silentLog } from "@dispatch/kernel";
import { RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { health } from "./health.ts";

test("parts stand beside ok, which none of them can take away", () => {
  const parts = [
    { id: "journal", read: () => ({ written: 3 }) },
    { id: "ok", read: () => false },
  ];
  expect(health(parts, silentLog)).toEqual({ ok: true, journal: { written: 3 } });
});

test("a part that throws is journaled, and the others are told", () => {
  const log = new RecordingLog();
  const broken = {
    id: "broken",
    read() {
      throw new Error("inner words");
    },
  };
  const answer = health([broken, { id: "journal", read: () => 1 }], log);
  expect(answer).toMatchObject({ ok: true, journal: 1 });
  expect(JSON.stringify(answer)).not.toContain("inner words");
  expect(log.told("health-part-failed")).toHaveLength(1);
});
