import { expect, test } from "vitest";
import { StampReader, stampsIn, stampText } from "./stamp.ts";

const texts = Array.from({ length: 12 }, (_, index) => stampText(index, 1_700_000_000_000_000 + index));
const stream = texts.map((text) => `{"delta":"${text}"}\n`).join("");

test("every stamp is found however the stream is cut", () => {
  for (let size = 1; size < stream.length; size += 1) {
    const reader = new StampReader();
    const times: number[] = [];
    for (let at = 0; at < stream.length; at += size) reader.push(stream.slice(at, at + size), (time) => times.push(time));
    expect({ size, times }).toEqual({ size, times: texts.map((_, index) => 1_700_000_000_000_000 + index) });
    expect(reader.outOfOrder).toBe(0);
  }
});

test("deltas that were merged on their way count one by one", () => {
  const reader = new StampReader();
  reader.push(`{"delta":"${texts.join("")}"}`, () => {});
  expect(reader.count).toBe(texts.length);
});

test("a lost stamp shows as a count that is short and as one out of order", () => {
  const reader = new StampReader();
  reader.push(texts.filter((_, index) => index !== 4).join(""), () => {});
  expect([reader.count, reader.outOfOrder]).toEqual([11, 1]);
});

test("stamps in a stored text are found as they stand", () => {
  expect(stampsIn(`so ${texts[0]}far ${texts[1]}`)).toEqual([texts[0], texts[1]]);
});
