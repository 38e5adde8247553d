import { RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { journalUncaught, ownerOf } from "./uncaught.ts";

test("what nobody caught belongs to the extension nearest to the throw", () => {
  const stack = [
    "Error: x",
    "    at read (/srv/packages/libs/file-walk/src/walk.ts:1:2)",
    "    at scan (/srv/packages/extensions/search/src/scan.ts:3:4)",
    "    at run (packages/extensions/todo/src/board.ts:5:6)",
  ].join("\n");
  expect(ownerOf(stack)).toBe("search");
  expect(ownerOf("Error: x\n    at run (packages/extensions/todo/src/board.ts:5:6)")).toBe("todo");
  for (const none of [undefined, "", "Error: x\n    at /srv/packages/kernel/src/index.ts:1:1"]) expect(ownerOf(none)).toBe("host-bin");
});

test("what was thrown is journaled whole, also when it is no error", () => {
  const log = new RecordingLog();
  journalUncaught(log, "unhandledRejection", "plain");
  expect(log.lines).toMatchObject([
    { level: "error", msg: "unhandledRejection", extensionId: "host-bin", attributes: { "error.message": "plain" } },
  ]);
});
