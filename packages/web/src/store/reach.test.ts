import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import type { LogWindow } from "../protocol/api.ts";
import { reachBack } from "./reach.ts";

const chunk = (seq: number): StoredChunk => ({ seq, role: "user", chunk: { type: "text", text: "" }, messageId: `m${seq}` });
const all = Array.from({ length: 10_000 }, (_, at) => chunk(at + 1));
const answer = ({ sinceSeq = 0, beforeSeq = 0 }: LogWindow) => all.filter(({ seq }) => seq > sinceSeq && seq < beforeSeq);

test("a place far up is reached in a few large steps, with what leads to it, and none is left out between", async () => {
  const known = all.slice(9_700);
  const asked: number[] = [];
  await reachBack(1_000, known[0]?.seq, {
    log: (window) => Promise.resolve(answer(window)),
    take(chunks) {
      asked.push(chunks.length);
      known.unshift(...chunks);
      return known[0]?.seq;
    },
  });
  expect(asked).toEqual([2_000, 2_000, 2_000, 2_000, 731]);
  expect(known.map(({ seq }) => seq)).toEqual(all.slice(969).map(({ seq }) => seq));
});

test("what is known already is not asked for, and a server that gives nothing ends the way", async () => {
  let asked = 0;
  const ports = {
    log: () => {
      asked += 1;
      return Promise.resolve([]);
    },
    take: () => 50,
  };
  await reachBack(60, 50, ports);
  await reachBack(1, undefined, ports);
  expect(asked).toBe(0);
  await reachBack(1, 50, ports);
  expect(asked).toBe(1);
});
