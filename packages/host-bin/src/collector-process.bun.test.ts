import { tmpdir } from "node:os";
import { RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startCollector } from "./collector-process.ts";

// Reaches complaintCharsMax.
test("of each line that a collector complains a thousand characters are logged, also of one without an end", async () => {
  const log = new RecordingLog();
  const script = 'printf "%05000d\\nshort\\n%05000d" 0 0 >&2';
  const child = startCollector({
    program: { command: ["/bin/sh", "-c", script] },
    ...{ journal: "/nowhere/journal", db: "/nowhere/db", cwd: tmpdir(), environment: {}, log },
  });
  expect(await child.exited).toBe(0);
  expect(log.lines.map(({ msg }) => msg)).toEqual(["0".repeat(1_000), "short", "0".repeat(1_000)]);
});
