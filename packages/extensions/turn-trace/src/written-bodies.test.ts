import type { Message } from "@dispatch/kernel";
import { FakeClock, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { WrittenBodies } from "./written-bodies.ts";

// Reaches hashesMax.
test("of 20,000 texts it is known that they are written; the one written longest ago is written again", () => {
  const log = new RecordingLog();
  const bodies = new WrittenBodies(log, new FakeClock());
  const writes = (text: string) => {
    const before = log.lines.length;
    bodies.system(text);
    return log.lines.length - before;
  };
  expect(writes("first")).toBe(1);
  for (let n = 1; n < 20_000; n++) bodies.system(`text ${n}`);
  expect([writes("first"), writes("one more"), writes("first")]).toEqual([0, 1, 1]);
});

// Reaches addressCharsMax.
test("an image's address of 4,096 characters is written, of a longer one its size and its hash", () => {
  const log = new RecordingLog();
  const bodies = new WrittenBodies(log, new FakeClock());
  const short = `data:image/png;base64,${"A".repeat(4_096 - 22)}`;
  const message = {
    id: "m1",
    role: "user",
    parts: [short, `${short}A`].map((url) => ({ chunk: { type: "image", url, mimeType: "image/png" } })),
  } as unknown as Message;
  bodies.messages([message]);
  const urls = (JSON.parse(log.lines[0]?.context?.body ?? "") as Message).parts.map(({ chunk }) =>
    chunk.type === "image" ? chunk.url : "",
  );
  expect(urls).toEqual([short, expect.stringMatching(/^image:4097 characters, sha256 [0-9a-f]{64}$/)]);
});
