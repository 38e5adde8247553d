import { expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { OpenFiles, openFilesMax } from "./open-files.ts";

function open() {
  const closed: string[] = [];
  const connection: Connection = {
    request: () => Promise.reject(new Error("nobody asks")),
    notify: (method, params) => {
      if (method === "textDocument/didClose") closed.push((params as { textDocument: { uri: string } }).textDocument.uri);
    },
    onNotification() {},
    onRequest() {},
    broken: new Promise(() => {}),
    [Symbol.dispose]() {},
  };
  return { closed, files: new OpenFiles(connection, { change: 1, save: false }) };
}

test("of more files than a server has open at once the one used longest ago is closed", () => {
  const { closed, files } = open();
  for (let n = 0; n < 64; n++) files.show(`/f${n}`, "");
  files.show("/f0", "");
  expect([closed, files.all().length]).toEqual([[], openFilesMax]);
  files.show("/one-more", "");
  expect([closed, files.all().length]).toEqual([["file:///f1"], 64]);
});

// Reaches openCharsMax.
test("files that are too long together are closed, but never the one that is asked about", () => {
  const { closed, files } = open();
  files.show("/a", "x".repeat(16 * 1024 * 1024));
  files.show("/b", "x".repeat(16 * 1024 * 1024));
  expect(closed).toEqual([]);
  files.show("/c", "x");
  expect(closed).toEqual(["file:///a"]);
  files.show("/d", "x".repeat(40 * 1024 * 1024));
  expect(files.all().map(({ path }) => path)).toEqual(["/d"]);
});
