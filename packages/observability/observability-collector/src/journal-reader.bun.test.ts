import {
  chmodSync,
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { expect, test } from "vitest";
import { Ground, line, lines, numbersIn, upTo, watching } from "./journal.fixture.ts";

test("a journal that does not exist yet is waited for", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  await read();
  expect(store.stats().records).toBe(0);
  ground.append(lines(0, 3));
  await read();
  expect(numbersIn(store)).toEqual(upTo(3));
  expect(ground.complaints).toEqual([]);
});

test("each look reads what is new, and says for people how far it came", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  for (const n of upTo(5)) {
    ground.append(line(n));
    await read();
    await read();
  }
  expect(numbersIn(store)).toEqual(upTo(5));
  expect(readFileSync(`${ground.journal}.collector-offset`, "utf8")).toBe(`${line(0).length * 5}\n`);
});

test("half a line is waited for, also across a rotation and a restart", async () => {
  await using ground = new Ground();
  const first = await ground.begin();
  const cut = line(1);
  ground.append(line(0), cut.slice(0, 20));
  await first.read();
  expect(numbersIn(first.store)).toEqual([0]);
  await first.end();
  ground.append(cut.slice(20), line(2));
  ground.rotate();
  ground.append(line(3));
  const second = await ground.begin();
  await second.read();
  expect(numbersIn(second.store)).toEqual(upTo(4));
  expect(ground.complaints).toEqual([]);
});

test("several rotations between two looks lose nothing and bring nothing twice", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  ground.append(lines(0, 10));
  await read();
  for (const n of upTo(5)) {
    ground.append(lines(10 + 10 * n, 15 + 10 * n));
    ground.rotate();
    ground.append(lines(15 + 10 * n, 20 + 10 * n));
  }
  await read();
  expect(numbersIn(store)).toEqual(upTo(60));
  expect(store.stats().records).toBe(60);
  await read();
  expect(ground.complaints).toEqual([]);
});

test("numbers of two digits come behind those of one", async () => {
  await using ground = new Ground();
  for (const n of upTo(12)) {
    ground.append(line(0, { msg: `segment ${n}`, timestamp: 5 }));
    ground.rotate();
  }
  const { store, read } = await ground.begin();
  await read();
  expect(store.turn("t").map((record) => record.kind === "log" && record.msg)).toEqual(upTo(12).map((n) => `segment ${n}`));
});

test("what was read and is then removed is not spoken of", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  ground.append(lines(0, 3));
  const rotated = ground.rotate();
  ground.append(lines(3, 6));
  await read();
  unlinkSync(rotated);
  await read();
  expect([numbersIn(store), ground.complaints]).toEqual([upTo(6), []]);
  expect(store.progress(ground.journal)).toHaveLength(1);
});

test("a segment that is removed under the collector is read to its end, that is told once, and it goes on", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  ground.append(lines(0, 3));
  await read();
  const writer = openSync(ground.journal, "a");
  unlinkSync(ground.journal);
  for (const n of [3, 4, 5]) {
    writeSync(writer, line(n));
    await read();
  }
  closeSync(writer);
  expect(numbersIn(store)).toEqual(upTo(6));
  ground.append(lines(6, 9));
  await read();
  await read();
  expect(numbersIn(store)).toEqual(upTo(9));
  expect(ground.complaints).toEqual([expect.stringContaining("was removed under the collector; all of it was read")]);
  expect(store.progress(ground.journal)).toHaveLength(1);
});

test("segments that came and went between two looks, and one that went while no collector ran, are told once each", async () => {
  await using ground = new Ground();
  const first = await ground.begin();
  ground.append(lines(0, 3));
  ground.rotate();
  ground.append(lines(3, 6));
  await first.read();
  ground.rotate();
  for (const n of upTo(3)) {
    ground.append(line(10 + n));
    ground.rotate();
  }
  for (const n of [3, 4]) unlinkSync(`${ground.journal}.${n}`);
  await first.read();
  await first.read();
  expect(ground.complaints).toEqual([]);
  for (const n of [1, 2, 5]) rmSync(`${ground.journal}.${n}`);
  ground.append(lines(20, 21));
  ground.rotate();
  ground.append(lines(21, 22));
  const renamed = ground.rotate();
  writeFileSync(`${ground.journal}.9`, readFileSync(renamed));
  await first.read();
  await first.end();
  rmSync(`${ground.journal}.9`);
  const second = await ground.begin();
  await second.read();
  await second.read();
  expect(ground.complaints.filter((text) => text.includes("what came behind is lost"))).toHaveLength(1);
});

test("a gap in the numbers is told", async () => {
  await using ground = new Ground();
  const { read } = await ground.begin();
  writeFileSync(`${ground.journal}.4`, line(1));
  await read();
  rmSync(`${ground.journal}.4`);
  writeFileSync(`${ground.journal}.7`, line(2));
  await read();
  await read();
  expect(ground.complaints).toEqual([expect.stringContaining("2 segments of")]);
});

test("a journal that is cut is read from its beginning, shorter, as long as before, or longer", async () => {
  for (const count of [1, 3, 9]) {
    await using ground = new Ground();
    const { store, read } = await ground.begin();
    ground.append(lines(0, 3));
    await read();
    truncateSync(ground.journal, 0);
    ground.append(lines(3, 3 + count));
    await read();
    expect(numbersIn(store)).toEqual(upTo(3 + count));
    expect(ground.complaints).toEqual([expect.stringContaining("cut or written anew")]);
  }
});

test("a journal that was cut or replaced while no collector ran is read whole", async () => {
  await using ground = new Ground();
  const first = await ground.begin();
  ground.append(lines(0, 3));
  await first.read();
  await first.end();
  unlinkSync(ground.journal);
  ground.append(lines(10, 20));
  const second = await ground.begin();
  await second.read();
  expect(numbersIn(second.store)).toEqual([0, 1, 2, ...upTo(20, 10)]);
});

test("lines that are no records are skipped, with a few words and not one a line", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  for (const n of upTo(20)) {
    ground.append(line(n), "\n", "nonsense\n", `${line(n).slice(0, 30)}\n`, '{"kind":"log"}\n', "null\n", "[]\n");
    await read();
  }
  expect(numbersIn(store)).toEqual(upTo(20));
  expect(ground.complaints).toHaveLength(3);
  await ground.clock.advance(60_000);
  ground.append("nonsense\n");
  await read();
  expect(ground.complaints.at(-1)).toContain("and 17 more like it");
});

test("bytes that are no UTF-8 spoil nothing beside their own characters", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  const bytes = Buffer.from(line(1, { msg: "a?b" }));
  bytes[bytes.indexOf("?")] = 0xc3;
  const broken = Buffer.from(line(2));
  broken[broken.length - 2] = 0xf0;
  ground.append(line(0), bytes, broken, line(3));
  await read();
  expect(numbersIn(store)).toEqual([0, 1, 3]);
  expect(store.turn("t").map((record) => record.kind === "log" && record.msg)).toContain("a\ufffdb");
});

// Reaches lineBytesMax.
test("a line of 100 MB is passed over without being held, also when it comes in pieces; one of 20 MB is read", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  const piece = Buffer.alloc(25 * 1024 * 1024, "x");
  ground.append(line(0), '{"kind":"log","msg":"');
  await read();
  const before = process.memoryUsage.rss();
  for (let n = 0; n < 4; n++) {
    ground.append(piece);
    await read();
  }
  ground.append('"}\n', line(1));
  await read();
  const heldBytes = process.memoryUsage.rss() - before;
  ground.append(line(2, { body: "y".repeat(20 * 1024 * 1024) }), line(3));
  await read();
  expect(numbersIn(store)).toEqual(upTo(4));
  expect(store.turn("t")[2]?.bodySizeBytes).toBe(20 * 1024 * 1024);
  expect(heldBytes).toBeLessThan(60 * 1024 * 1024);
  expect(ground.complaints).toEqual([expect.stringContaining("has a line of 104857")]);
});

test.skipIf(process.getuid?.() === 0)("a segment that may not be read is told, and the others are read", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  ground.append(line(0));
  chmodSync(ground.rotate(), 0o000);
  ground.append(line(1));
  await read();
  expect([numbersIn(store), ground.complaints]).toEqual([[1], [expect.stringContaining("cannot be opened")]]);
});

test("files beside the journal that are none of its segments are left alone", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  for (const name of [".gz", ".1.gz", ".0", ".01", ".-1", ".1x", ".collector-offset"]) writeFileSync(ground.journal + name, line(9));
  ground.append(line(0));
  await read();
  expect(numbersIn(store)).toEqual([0]);
});

test("two collectors of one journal store every record once between them", async () => {
  await using ground = new Ground();
  const [one, other] = [await ground.begin(), await ground.begin()];
  for (const n of upTo(10)) {
    ground.append(lines(20 * n, 20 * n + 10));
    if (n % 3 === 0) ground.rotate();
    ground.append(lines(20 * n + 10, 20 * n + 20));
    await Promise.all(n % 2 === 0 ? [one.read(), other.read()] : [other.read()]);
  }
  await one.read();
  expect(numbersIn(one.store)).toEqual(upTo(200));
  const third = await ground.begin();
  await third.read();
  expect([third.store.stats().records, ground.complaints]).toEqual([200, []]);
});

test("a journal that is copied and then cut, as some rotate files, is stored once", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  ground.append(lines(0, 5));
  await read();
  writeFileSync(`${ground.journal}.1`, readFileSync(ground.journal));
  truncateSync(ground.journal, 0);
  await read();
  ground.append(lines(5, 10));
  await read();
  expect(numbersIn(store)).toEqual(upTo(10));
});

test("whatever a record holds that is one, it and those behind it are stored", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  const odd = [
    { timestamp: -1 },
    { timestamp: 1e300 },
    { timestamp: 2 ** 60 },
    { timestamp: 1.5 },
    { msg: "a\u0000b\ud800c" },
    { extensionId: "" },
    { body: "" },
    { body: "\ud800\u0000" },
    { attributes: { n: 1, __proto__: null, "": null, deep: "'; DROP TABLE records; --" } },
    { links: [], unknown: { nested: [[{}]] } },
    { spanId: "x".repeat(100_000) },
  ];
  ground.append(...odd.map((more) => line(1, more)), line(2));
  await read();
  expect([store.stats().records, ground.complaints]).toEqual([odd.length + 1, []]);
  const texts = store.turn("t").flatMap((record) => (record.kind === "log" ? [record.msg] : []));
  expect(texts).toContain("a\u0000b\ufffdc");
});

test("a store that refuses leaves no segment held, so that the disk gets back what is removed", async () => {
  await using ground = new Ground();
  const { store, read } = await ground.begin();
  ground.append(line(0));
  ground.rotate();
  ground.append(line(1));
  const insert = store.insert;
  store.insert = () => {
    throw new Error("database or disk is full");
  };
  await expect(read()).rejects.toThrow("full");
  const held = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return [];
    }
  });
  expect(held.filter((path) => path.startsWith(ground.journal))).toEqual([]);
  store.insert = insert;
  await read();
  expect(numbersIn(store)).toEqual([0, 1]);
});

// Reaches batchBytesMax.
test("what a journal holds is stored eight MiB at a time", async () => {
  await using ground = new Ground();
  let inserts = 0;
  const { store, read } = await ground.begin(watching("insert", () => inserts++));
  for (const n of upTo(20)) ground.append(line(n, { body: "x".repeat(1_000_000) }));
  await read();
  expect([numbersIn(store).length, inserts]).toEqual([20, 3]);
});

// Reaches heldMax.
test("of segments that are removed while the first is read, 32 are read all the same", async () => {
  await using ground = new Ground();
  const rotated: string[] = [];
  for (const n of upTo(40)) {
    ground.append(line(n));
    rotated.push(ground.rotate());
  }
  const removeAll = () => {
    for (const path of rotated.splice(0)) unlinkSync(path);
  };
  const { store, read } = await ground.begin(watching("insert", removeAll));
  await read();
  expect(numbersIn(store)).toEqual(upTo(32));
});

// Reaches listingsMax.
test("a segment that is another one at each of three looks is told, and read the next time", async () => {
  await using ground = new Ground();
  let swaps: number | undefined;
  // Whoever listed it finds another file by its name.
  const swap = () => {
    if (swaps === undefined) return;
    swaps++;
    copyFileSync(ground.journal, `${ground.journal}.copy`);
    renameSync(`${ground.journal}.copy`, ground.journal);
  };
  const { store, read } = await ground.begin(watching("forget", swap));
  ground.append(line(0));
  const first = ground.rotate();
  await read();
  ground.append(line(1));
  unlinkSync(first);
  swaps = 0;
  await read();
  expect([swaps, numbersIn(store)]).toEqual([3, [0]]);
  expect(ground.complaints.at(-1)).toContain("cannot be opened");
  swaps = undefined;
  await read();
  expect(numbersIn(store)).toEqual([0, 1]);
});
