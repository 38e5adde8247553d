import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Complaints } from "./complaints.ts";

// Reaches toldMax.
test("of each kind three are told in a minute, and then how many were not", async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const complaints = new Complaints((text) => void told.push(text), clock);
  for (let n = 1; n <= 10; n++) complaints.tell("malformed", `line ${n}`);
  complaints.tell("removed", "a segment");
  expect(told).toEqual(["line 1", "line 2", "line 3", "a segment"]);
  await clock.advance(59_999);
  complaints.tell("malformed", "line 11");
  await clock.advance(1);
  complaints.tell("malformed", "line 12");
  complaints.tell("malformed", "line 13");
  expect(told.slice(4)).toEqual(["line 12 (and 8 more like it before)", "line 13"]);
});

test("what is told rarely is told every time", async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const complaints = new Complaints((text) => void told.push(text), clock);
  for (const text of ["a", "b", "c", "d", "e"]) {
    complaints.tell("cut", text);
    await clock.advance(30_000);
  }
  expect(told).toEqual(["a", "b", "c", "d", "e"]);
});
