import fc from "fast-check";
import { expect, test } from "vitest";
import { bodyHash, type JournalRecord, parseRecord, recordId } from "./record.ts";

const log: JournalRecord = { kind: "log", timestamp: 1, extensionId: "a", level: "info", msg: "m" };

test("the id of a record is FNV-1a of its JSON with sorted keys, whatever order they were written in", () => {
  const json = '{"extensionId":"a","kind":"log","level":"info","msg":"m","timestamp":1}';
  expect(recordId(log)).toBe(plainFnv1a64(json));
  expect(recordId(JSON.parse(json))).toBe(recordId(log));
  expect(recordId({ ...log, attributes: { b: 1, a: "é😀" } })).toBe(recordId({ attributes: { a: "é😀", b: 1 }, ...log }));
  expect(recordId({ ...log, msg: "n" })).not.toBe(recordId(log));
});

test("any text hashes as plain arithmetic says", () => {
  const shown = (msg: string) => JSON.stringify({ extensionId: "a", kind: "log", level: "info", msg, timestamp: 1 });
  fc.assert(fc.property(fc.string({ unit: "binary" }), (msg) => recordId({ ...log, msg }) === plainFnv1a64(shown(msg))));
});

test("a body's hash is that of its UTF-8", () => {
  expect(bodyHash("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(bodyHash("é")).toBe("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
});

test("records of every kind are read back, with the fields that nobody knows yet", () => {
  const open = { kind: "span-open", timestamp: 1, extensionId: "a", spanId: "s", name: "turn", links: [{ spanId: "t", reason: "r" }] };
  const close = { ...open, kind: "span-close", durationMs: 0.5, status: "ok", attributes: { a: null, b: true, c: 1, d: "x" } };
  for (const record of [log, open, close, { ...log, later: { than: "this" } }]) expect(parseRecord(JSON.stringify(record))).toEqual(record);
});

test("what is no record is none", () => {
  const open = { kind: "span-open", timestamp: 1, extensionId: "a", spanId: "s", name: "turn" };
  const wrong: readonly unknown[] = [
    null,
    [],
    1,
    "x",
    {},
    { ...log, kind: "other" },
    { ...log, timestamp: "1" },
    { ...log, timestamp: null },
    { ...log, extensionId: undefined },
    { ...log, msg: undefined },
    { ...log, level: "trace" },
    { ...log, turnId: null },
    { ...log, body: {} },
    { ...log, attributes: { a: {} } },
    { ...log, attributes: [] },
    { ...open, spanId: undefined },
    { ...open, name: 1 },
    { ...open, links: [{}] },
    { ...open, kind: "span-close" },
    { ...open, kind: "span-close", durationMs: 1, status: "fine" },
  ];
  for (const value of wrong) expect(parseRecord(JSON.stringify(value)), JSON.stringify(value)).toBeUndefined();
  for (const line of ["", "{", JSON.stringify(log).slice(0, -1), `${JSON.stringify(log)}${JSON.stringify(log)}`])
    expect(parseRecord(line), line).toBeUndefined();
});

/** As its definition reads. */
function plainFnv1a64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index += 1) hash = ((hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n) % 2n ** 64n;
  return hash.toString(16).padStart(16, "0");
}
