import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConversationRecord } from "@dispatch/conversation-store/contract";
import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { imageFiles } from "./image-files.ts";
import { imageLeftovers } from "./image-leftovers.ts";
import { imageUrl, sha256 } from "./image-name.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const signal = new AbortController().signal;
const dayMs = 86_400_000;
const beforeMs = 20_000 * dayMs;

/** Conversations, each with the images that its log names. */
async function open(logs: { readonly [conversationId: string]: readonly string[] }) {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-leftovers-"));
  const files = imageFiles(folder);
  const chunksOf = (id: string): readonly StoredChunk[] =>
    Array.from({ length: 1_200 }, (_, index) => index + 1).map((seq) => ({
      seq,
      role: "user",
      messageId: `m${seq}`,
      chunk: { type: "text", text: "x" },
      ...(logs[id]?.[seq - 1] === undefined ? {} : { chunk: { type: "image", url: logs[id][seq - 1] ?? "" } }),
    }));
  const read: string[] = [];
  const leftovers = imageLeftovers(files, {
    list: async () => Object.keys(logs).map((id) => ({ id }) as ConversationRecord),
    async chunks(id, { beforeSeq = Infinity, limit }) {
      read.push(id);
      return chunksOf(id)
        .filter(({ seq }) => seq < beforeSeq)
        .slice(-(limit ?? 0));
    },
  });
  const pathOf = async (conversationId: string, name: string) => join(folder, await sha256(bytes(conversationId)), name);
  const age = async (conversationId: string, name: string, atMs: number) =>
    utimesSync(await pathOf(conversationId, name), atMs / 1_000, atMs / 1_000);
  return { folder, files, leftovers, pathOf, age, read, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test("what no message refers to and is old is counted, and then removed; what is young, referred to, or somebody else's stays", async () => {
  const logs: { [id: string]: string[] } = { a: [], young: [] };
  await using ground = await open(logs);
  const { files, leftovers, age, pathOf, folder } = ground;
  const named = await files.keep("a", bytes("named"), "png");
  const refused = await files.keep("a", bytes("refused"), "png");
  const gone = await files.keep("gone", bytes("of a conversation that is gone"), "png");
  const young = await files.keep("young", bytes("young"), "png");
  writeFileSync(await pathOf("a", "half.part"), "half");
  for (const [id, name] of [
    ["a", named],
    ["a", refused],
    ["a", "half.part"],
    ["gone", gone],
  ] as const)
    await age(id, name, beforeMs - 1);
  logs.a = [imageUrl({ conversationId: "a", name: named })];
  writeFileSync(join(folder, "mine.txt"), "");
  expect(await leftovers.sweep({ beforeMs, remove: false, signal })).toEqual({ files: 3, sizeBytes: 7 + 4 + 30 });
  expect(existsSync(await pathOf("a", refused))).toBe(true);
  expect(await leftovers.sweep({ beforeMs, remove: true, signal })).toMatchObject({ files: 3 });
  const left = await Promise.all(
    [
      ["a", named],
      ["young", young],
    ].map(async ([id = "", name = ""]) => existsSync(await pathOf(id, name))),
  );
  expect([left, existsSync(await pathOf("a", refused)), existsSync(await pathOf("gone", gone))]).toEqual([[true, true], false, false]);
  expect([readdirSync(folder).includes("mine.txt"), ground.read.includes("young")]).toEqual([true, false]);
  expect(await leftovers.sweep({ beforeMs, remove: true, signal })).toEqual({ files: 0, sizeBytes: 0 });
});

test("an image that is kept anew while it is to be removed stays", async () => {
  await using ground = await open({ a: [] });
  const { files, leftovers, age, pathOf } = ground;
  const name = await files.keep("a", bytes("again"), "png");
  await age("a", name, beforeMs - 1);
  await Promise.all([leftovers.sweep({ beforeMs, remove: true, signal }), files.keep("a", bytes("again"), "png")]);
  expect(existsSync(await pathOf("a", name))).toBe(true);
  await files.removeOld(await sha256(bytes("a")), name, beforeMs);
  expect(existsSync(await pathOf("a", name))).toBe(true);
});

test("a conversation's images go with it", async () => {
  await using ground = await open({});
  const name = await ground.files.keep("a", bytes("one"), "png");
  await ground.files.keep("b", bytes("one"), "png");
  await ground.files.drop("a");
  await ground.files.drop("nobody");
  expect(existsSync(await ground.pathOf("a", name))).toBe(false);
  expect(existsSync(await ground.pathOf("b", name))).toBe(true);
});
