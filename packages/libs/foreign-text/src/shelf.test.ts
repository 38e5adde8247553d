import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Shelf, shelfCharactersMax } from "./shelf.ts";

const page = (text: string) => ({ text });

test("a text is kept for ten minutes", async () => {
  const clock = new FakeClock();
  const shelf = new Shelf<{ readonly text: string }>(clock);
  shelf.put("u", page("x"));
  await clock.advance(599_999);
  expect(shelf.get("u")?.text).toBe("x");
  await clock.advance(1);
  expect(shelf.get("u")).toBeUndefined();
});

// Reaches shelfItemsMax.
test("the oldest texts give way, by number and by size", () => {
  const shelf = new Shelf<{ readonly text: string }>(new FakeClock());
  for (let n = 0; n < 17; n++) shelf.put(`u${n}`, page("x"));
  expect([shelf.get("u0"), shelf.get("u1")?.text, shelf.get("u16")?.text]).toEqual([undefined, "x", "x"]);
  shelf.put("big", page("x".repeat(shelfCharactersMax - 10)));
  expect([shelf.get("u1"), shelf.get("u16")?.text, shelf.get("big")?.text.length]).toEqual([undefined, "x", shelfCharactersMax - 10]);
});

test("what is got again replaces what was kept", () => {
  const shelf = new Shelf<{ readonly text: string }>(new FakeClock());
  shelf.put("u", page("old"));
  shelf.put("u", page("new"));
  expect(shelf.get("u")?.text).toBe("new");
});
