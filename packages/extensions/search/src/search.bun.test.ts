import fc from "fast-check";
import { expect, test } from "vitest";
import { marked, openGround, shown } from "./ground.fixture.ts";
import { openIndexFile } from "./index-file.ts";
import { type Filter, SearchIndex, type Share } from "./search-index.ts";

test("words are found in what people, models and tools said, each hit with its place and what matched", async () => {
  await using ground = await openGround();
  await ground.say("c1", "Where does the zebra sleep?");
  await ground.say("c1", "The ZEBRA sleeps in <b>Africa</b>.", "assistant");
  await ground.append("c2", {
    id: "m",
    role: "assistant",
    parts: [
      { chunk: { type: "tool-call", toolCallId: "1", toolName: "read_file", input: { path: "animals/zebra.md", deep: [{ n: 7 }] } } },
    ],
  });
  const answer = await ground.find("zebra");
  expect(answer.indexing).toBe(false);
  expect(shown(answer).toSorted()).toEqual(["c1 1", "c1 2", "c2 1"]);
  expect(answer.results.find(({ seq, conversationId }) => conversationId === "c1" && seq === 2)).toEqual({
    conversationId: "c1",
    title: "Where does the zebra sleep?",
    workspaceId: "default",
    status: "idle",
    lastActivityAt: 1_000_002,
    seq: 2,
    kind: "text",
    role: "assistant",
    messageId: "m2-c1",
    snippet: "The ZEBRA sleeps in <b>Africa</b>.",
    matches: [{ start: 4, end: 9 }],
  });
  expect(shown(await ground.find("zebra africa"))).toEqual(["c1 2"]);
  expect(shown(await ground.find("read_file animals/zebra.md"))).toEqual(["c2 1"]);
  expect(shown(await ground.find("zebra lion"))).toEqual([]);
});

test("the last word may be a beginning, the others may not; a pair of quotes keeps words together", async () => {
  await using ground = await openGround();
  await ground.say("c1", "a migration of the database");
  expect(shown(await ground.find("database migr"))).toEqual(["c1 1"]);
  expect(shown(await ground.find("migr database"))).toEqual([]);
  expect(shown(await ground.find('"the database"'))).toEqual(["c1 1"]);
  expect(shown(await ground.find('"database the"'))).toEqual([]);
  expect(shown(await ground.find('"migr"'))).toEqual([]);
  expect(shown(await ground.find("d"))).toEqual([]);
  expect(shown(await ground.find("a"))).toEqual(["c1 1"]);
});

test.each([
  ["データベースを移行する", "移行", "移行"],
  ["数据库迁移计划", "迁移", "迁移"],
  ["数据库迁移计划", "数", "数"],
  ["데이터베이스를 옮긴다", "베이스", "베이스"],
  ["ฐานข้อมูลใหม่", "ข้อมูล", "ข้อมูล"],
  ["Où est l'été ?", "ete", "été"],
  ["STRASSE und Straße", "straße", "Straße"],
  ["mixed 日本語text here", "本語", "本語"],
  ["cafe\u0301 au lait", "café", "caf\u00e9"],
])("in %j the words %j are found", async (said, asked, found) => {
  await using ground = await openGround();
  await ground.say("c1", said);
  expect(marked(await ground.find(asked))).toEqual([[found]]);
});

test("what is typed is never syntax: operators, quotes and brackets are words or nothing", async () => {
  await using ground = await openGround();
  await ground.say("c1", "this and that or NEAR the not so plain text: col*umn ^start");
  for (const typed of [
    "AND",
    "and OR",
    "NOT",
    "near",
    'NEAR("this that", 5)',
    "text:",
    "{text} : plain",
    "col*umn",
    "^start",
    "plain -so",
    "+plain",
    '"',
    '"this',
    "'",
    "(",
    "*",
    "this AND that",
  ])
    await expect(ground.find(typed), typed).resolves.toMatchObject({ indexing: false });
  expect(shown(await ground.find("this AND that OR near"))).toEqual(["c1 1"]);
  expect(shown(await ground.find("text:"))).toEqual(["c1 1"]);
  expect(shown(await ground.find('plain" text'))).toEqual(["c1 1"]);
  expect(shown(await ground.find("!?… ✅"))).toEqual([]);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.string({ unit: fc.constantFrom(..."\"'*^(){}:+-, AND OR NEAR/5\\\0日ß".split("")), maxLength: 40 }),
      ),
      async (typed) => {
        await ground.find(typed);
      },
    ),
    { numRuns: 500 },
  );
  expect(ground.opened()).toBe(1);
});

test("a hit in the title counts, and a new title is found as soon as it is there", async () => {
  await using ground = await openGround();
  await ground.say("c1", "something else entirely");
  await ground.say("c2", "giraffe is in the middle of a text: giraffe");
  await ground.change("c1", { title: "The giraffe plan" });
  const answer = await ground.find("giraffe");
  expect(shown(answer)).toEqual(["c1 0", "c2 1"]);
  expect(answer.results[0]).toMatchObject({ kind: "title", snippet: "The giraffe plan", matches: [{ start: 4, end: 11 }] });
  expect(answer.results[0]).not.toHaveProperty("role");
  await ground.change("c1", { title: "The elephant plan" });
  expect(shown(await ground.find("giraffe"))).toEqual(["c2 1"]);
  expect(shown(await ground.find("elephant"))).toEqual(["c1 0"]);
});

test("results are of the workspace and the status that are asked for, as they are now", async () => {
  await using ground = await openGround();
  for (const id of ["c1", "c2", "c3"]) await ground.say(id, "the same words");
  await ground.change("c1", { workspaceId: "home" });
  await ground.change("c2", { status: "closed" });
  expect(shown(await ground.find("words", { workspaceId: "home" }))).toEqual(["c1 1"]);
  expect(shown(await ground.find("words", { statuses: ["closed"] }))).toEqual(["c2 1"]);
  expect(shown(await ground.find("words", { statuses: ["idle", "active"] })).toSorted()).toEqual(["c1 1", "c3 1"]);
  expect(shown(await ground.find("words", { workspaceId: "home", statuses: ["closed"] }))).toEqual([]);
});

// Reaches hitsOfConversationMax.
test("of two that match alike the newer comes first, and one long conversation does not hide the others", async () => {
  await using ground = await openGround();
  await ground.say("old", "a needle in hay");
  for (let n = 0; n < 30; n++) await ground.say("long", `a needle in hay`);
  await ground.clock.advance(40 * 24 * 3_600_000);
  await ground.say("new", "a needle in hay");
  const answer = await ground.find("needle");
  expect(shown(answer)).toEqual(["new 1", "long 30", "long 29", "long 28", "old 1"]);
  expect(shown(await ground.find("needle", { limit: 2 }))).toEqual(["new 1", "long 30"]);
});

test("an archive does not give its hits twice, and what is said in it later is found", async () => {
  await using ground = await openGround();
  await ground.say("c1", "first a wombat");
  await ground.say("c1", "then an answer", "assistant");
  await ground.say("c1", "then more");
  const upToMessageId = (await ground.log.chunks("c1", {}))[1]?.messageId ?? "";
  const writer = await ground.log.write("c1", () => {});
  await writer.fold({
    summary: { id: "s", role: "system", parts: [{ chunk: { type: "text", text: "A summary of a marsupial." } }] },
    upToMessageId,
    archiveId: "archive",
  });
  await writer.landed("now");
  ground.follower.touch("c1");
  ground.follower.touch("archive");
  expect(shown(await ground.find("wombat"))).toEqual(["c1 1"]);
  expect(shown(await ground.find("marsupial"))).toHaveLength(1);
  await ground.say("archive", "another wombat");
  expect(shown(await ground.find("another wombat"))).toHaveLength(1);
  expect(await ground.find("wombat").then(shown)).toHaveLength(2);
});

// Reaches rankedMax.
test("of too many matches the newest are ranked, and what was made up for counts as older", () => {
  const index = new SearchIndex(openIndexFile(":memory:", 0));
  const share = (id: string, texts: number): Share => ({
    id,
    title: id,
    workspace: id,
    status: "idle",
    activeAt: 1,
    seq: texts,
    anchor: "",
    wholeAt: 1,
    ownTitle: false,
    passages: Array.from({ length: texts }, (_, n) => ({ seq: n + 1, kind: "text", role: "user", messageId: "m", text: "needle" })),
  });
  index.store(share("new", 1_000), "front");
  index.store(share("old", 5), "back");
  const seqs = (filter: Filter) => index.hits('"needle"', filter).length;
  expect(seqs({})).toBe(1_000);
  expect(new Set(index.hits('"needle"', {}).map(({ conversation }) => conversation)).size).toBe(1);
  expect(seqs({ workspaceId: "old" })).toBe(5);
  expect(seqs({ workspaceId: "none" })).toBe(0);
  index.close();
});

const shareOf = (id: string, texts: number): Share => ({
  id,
  title: id,
  workspace: id,
  status: "idle",
  activeAt: 1,
  seq: texts,
  anchor: "",
  wholeAt: 1,
  ownTitle: false,
  passages: Array.from({ length: texts }, (_, n) => ({ seq: n + 1, kind: "text", role: "user", messageId: "m", text: "needle" })),
});

// Reaches filteredMax.
test("a filter looks among the ten thousand newest matches", () => {
  const hitsBehind = (newer: number) => {
    const index = new SearchIndex(openIndexFile(":memory:", 0));
    index.store(shareOf("new", newer), "front");
    index.store(shareOf("old", 5), "back");
    const { length } = index.hits('"needle"', { workspaceId: "old" });
    index.close();
    return length;
  };
  expect([hitsBehind(9_995), hitsBehind(10_000)]).toEqual([5, 0]);
});

// Reaches forgottenMax.
test("a long conversation is taken out in slices of twenty passages", () => {
  const index = new SearchIndex(openIndexFile(":memory:", 0));
  index.store(shareOf("c", 45), "front");
  const left = () => index.hits('"needle"', {}).length;
  expect([index.forget("c"), left(), index.forget("c"), left(), index.forget("c"), left()]).toEqual([false, 25, false, 5, true, 0]);
  expect(index.known("c")).toBeUndefined();
  index.close();
});

// Reaches mergedPagesMax.
test("a commit merges a little of what waits to be merged, however much that is", () => {
  const db = openIndexFile(":memory:", 0);
  const words = db.prepare("INSERT INTO word (rowid, text) VALUES (?, ?)");
  for (let n = 0; n < 20; n++) words.run(n, Array.from({ length: 4_000 }, (_, at) => `w${n}x${at}`).join(" "));
  const index = new SearchIndex(db);
  const changes = () => db.query<{ n: number }, []>("SELECT total_changes() AS n").get()?.n ?? 0;
  const before = changes();
  index.store(shareOf("c", 1), "front");
  expect(changes() - before).toBeLessThan(200);
  index.close();
});
