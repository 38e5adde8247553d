import { expect, test } from "vitest";
import { clientFrame, FrameReader } from "./frame-reader.ts";

const frame = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const header = payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 0xff];
  if (payload.length < 65_536) return Buffer.concat([Buffer.from(header), payload]);
  const long = Buffer.alloc(10);
  long.writeUInt8(0x81, 0);
  long.writeUInt8(127, 1);
  long.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([long, payload]);
};

test("frames of every length are found in pieces of every size", () => {
  const short = ["", "a", "x".repeat(125), "x".repeat(126), "x".repeat(500), "end"];
  const long = [...short, "x".repeat(70_000), "end"];
  for (const [size, texts] of [
    [1, short],
    [2, short],
    [3, short],
    [7, short],
    [1_000, long],
    [100_000, long],
  ] as const) {
    const bytes = Buffer.concat(texts.map(frame));
    const reader = new FrameReader();
    const seen: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      reader.push(
        piece,
        (payload) => seen.push(payload.toString()),
        () => seen.push("a ping"),
      );
    }
    expect(seen, `pieces of ${size}`).toEqual(texts);
  }
});

test("a ping between two frames is told as such", () => {
  const seen: string[] = [];
  const bytes = Buffer.concat([frame("a"), Buffer.from([0x89, 0]), frame("b")]);
  new FrameReader().push(
    bytes,
    (payload) => seen.push(payload.toString()),
    () => seen.push("a ping"),
  );
  expect(seen).toEqual(["a", "a ping", "b"]);
});

test("a client's frame has a mask, and its length in the form that it needs", () => {
  expect([...clientFrame("ab")]).toEqual([0x81, 0x82, 0, 0, 0, 0, 97, 98]);
  expect([...clientFrame("x".repeat(300)).slice(0, 8)]).toEqual([0x81, 0xfe, 1, 44, 0, 0, 0, 0]);
});
