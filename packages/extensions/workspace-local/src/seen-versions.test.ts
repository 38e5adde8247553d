import { expect, test } from "vitest";
import { SeenVersions } from "./seen-versions.ts";

// Reaches filesMax.
test("ten thousand files are remembered as read; the one noted longest ago is forgotten", () => {
  const seen = new SeenVersions();
  for (let n = 0; n < 10_000; n++) seen.note(`/${n}`, "v1");
  seen.note("/0", "v2");
  expect([seen.get("/0"), seen.get("/1")]).toEqual(["v2", "v1"]);
  seen.note("/more", "v1");
  expect([seen.get("/0"), seen.get("/1"), seen.get("/more")]).toEqual(["v2", undefined, "v1"]);
});
