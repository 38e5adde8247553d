import { fault } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { headBytesMax, Output, type OutputFile, outputFileBytesMax, tailBytesMax } from "./output.ts";

/** A file in memory. */
function memoryFile(fails?: { readonly afterBytes: number }) {
  const pieces: Uint8Array[] = [];
  const file = { opened: 0, closed: 0, sizeBytes: 0, text: () => Buffer.concat(pieces).toString() };
  const take = (bytes: Uint8Array) => {
    if (fails && file.sizeBytes + bytes.length > fails.afterBytes) throw fault("unavailable", "workspace/disk", "The disk is full.");
    file.sizeBytes += bytes.length;
    pieces.push(bytes.slice());
  };
  const openFile = async (first: Uint8Array): Promise<OutputFile> => {
    file.opened++;
    take(first);
    return {
      path: "/scratch/1",
      append: async (bytes) => take(bytes),
      close: async () => void file.closed++,
    };
  };
  return { file, openFile };
}

test("what is small needs no file", async () => {
  const { file, openFile } = memoryFile();
  const output = new Output(openFile);
  await output.add("a".repeat(headBytesMax));
  await output.add("b".repeat(tailBytesMax));
  const text = "a".repeat(headBytesMax) + "b".repeat(tailBytesMax);
  expect(await output.end()).toEqual({ head: text, tail: "", leftOutBytes: 0, totalBytes: text.length });
  expect(file.opened).toBe(0);
});

test("of what is larger, a file holds the whole in order, also when nobody waits between two pieces", async () => {
  const { file, openFile } = memoryFile();
  const output = new Output(openFile);
  const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} €\n`);
  await Promise.all(lines.map((line) => output.add(line)));
  const kept = await output.end();
  const whole = lines.join("");
  expect(file.text()).toBe(whole);
  expect([file.opened, file.closed]).toEqual([1, 1]);
  expect(kept.path).toBe("/scratch/1");
  expect(whole.startsWith(kept.head) && whole.endsWith(kept.tail)).toBe(true);
  expect(kept.totalBytes).toBe(Buffer.byteLength(whole));
  expect(Buffer.byteLength(kept.head + kept.tail) + kept.leftOutBytes).toBe(kept.totalBytes);
});

test("a full disk costs the middle and not the command", async () => {
  const { file, openFile } = memoryFile({ afterBytes: 100_000 });
  const output = new Output(openFile);
  for (let i = 0; i < 30; i++) await output.add(String(i % 10).repeat(10_000));
  const { head, tail, ...kept } = await output.end();
  expect(kept).toEqual({ leftOutBytes: 300_000 - 40 * 1024, totalBytes: 300_000, path: "/scratch/1", lost: "The disk is full." });
  expect([head.slice(0, 1), tail.at(-1)]).toEqual(["0", "9"]);
  expect([file.sizeBytes, file.closed]).toEqual([100_000, 1]);
});

test("a file that cannot be made at all is said, and not tried again", async () => {
  const { file, openFile } = memoryFile({ afterBytes: 0 });
  const output = new Output(openFile);
  for (let i = 0; i < 10; i++) await output.add("x".repeat(10_000));
  const { path, lost } = await output.end();
  expect([path, lost, file.opened]).toEqual([undefined, "The disk is full.", 1]);
});

test("at its limit it is full, takes no more, and keeps the last characters before the limit whole", async () => {
  const { file, openFile } = memoryFile();
  const output = new Output(openFile);
  const piece = "€".repeat(1024 * 1024);
  let full = false;
  void output.full.then(() => {
    full = true;
  });
  for (let bytes = 0; bytes + 3 * piece.length <= outputFileBytesMax; bytes += 3 * piece.length) await output.add(piece);
  expect([output.isFull, full]).toEqual([false, false]);
  await output.add(piece);
  expect([output.isFull, full]).toEqual([true, true]);
  await output.add("more");
  const kept = await output.end();
  expect(kept.tail.endsWith("€€")).toBe(true);
  expect([kept.totalBytes, file.sizeBytes]).toEqual([outputFileBytesMax - 1, outputFileBytesMax - 1]);
});

test("exactly its limit is not too much", async () => {
  const output = new Output(memoryFile().openFile);
  const piece = "x".repeat(1024 * 1024);
  for (let i = 0; i < 64; i++) await output.add(piece);
  expect(output.isFull).toBe(false);
  await output.add("x");
  expect(output.isFull).toBe(true);
});
