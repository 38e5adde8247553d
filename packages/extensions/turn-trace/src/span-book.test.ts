import { FakeClock, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { SpanBook } from "./span-book.ts";

// Reaches spansMax.
test("ten thousand spans of a turn are kept for exporters; those beyond are journaled all the same", () => {
  const log = new RecordingLog();
  const book = new SpanBook(log, new FakeClock(), { conversationId: "c1", turnId: "t1" });
  for (let n = 0; n < 10_003; n++) book.open("tool", { n }).end("ok");
  expect([book.closed.length, log.spans.length, log.spans.at(-1)?.end?.status]).toEqual([10_000, 10_003, "ok"]);
});
