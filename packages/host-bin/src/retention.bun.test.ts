import { Database } from "bun:sqlite";
import { mkdtemp, readdir, realpath, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inline, png } from "@dispatch/images/fixture";
import { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";
import { startServerProcess } from "./server-process.fixture.ts";

const hello = textAnswer(["Hello."]);
const dayMs = 86_400_000;

interface Pruned {
  readonly dryRun: boolean;
  readonly conversations: readonly { readonly conversationId: string; readonly archives: number; readonly kept?: string }[];
  readonly images: { readonly files: number };
  readonly outputs: { readonly files: number };
}
const prune = async (api: Api, body: object) => (await api.send<Pruned>("POST", "/retention/prune", body)).body;
const idsOf = ({ conversations }: Pruned) => conversations.map(({ conversationId }) => conversationId);
const listed = async (api: Api) => {
  const { body } = await api.get<{ conversations: readonly { id: string }[] }>("/conversations");
  return body.conversations.map(({ id }) => id).sort();
};
/** As if nothing had happened in them for as many days. */
function age(database: string, days: number, ...ids: readonly string[]): void {
  using db = new Database(database);
  db.run("PRAGMA busy_timeout = 5000");
  for (const id of ids)
    db.run("UPDATE entry SET value = json_set(value, '$.lastActivityAt', ?) WHERE key = ?", [Date.now() - days * dayMs, `meta/${id}`]);
}
const rowsOf = (database: string, id: string) => {
  using db = new Database(database, { readonly: true });
  return db.query("SELECT key FROM entry WHERE key LIKE ?").values(`%${id}%`).flat();
};

test("everything is kept unless a person says otherwise; what would go is shown first, and goes when that is asked for, with all that was kept of it", async () => {
  const todos = JSON.stringify({ todos: [{ content: "Plan", status: "pending" }] });
  await using api = await startApi([toolCallAnswer([{ id: "1", name: "todo_write", arguments: todos }]), hello, hello, hello]);
  const database = join(api.folder, "data/dispatch.db");
  await api.chat({ message: "Remember the zebra", conversationId: "old-one", images: [{ url: inline(png(2, 2)) }] });
  await api.chat({ message: "Hi", conversationId: "open-one" });
  await api.chat({ message: "Hi", conversationId: "young-one" });
  await api.send("PUT", "/conversations/old-one/compact-percent", { threshold: 50 });
  await api.send("PUT", "/conversations/old-one/thinking", { thinking: false });
  await api.kernel.use(SurfaceRegistry).invoke("cache-warming", "cache-warming/set-interval", 300, "old-one");
  for (const id of ["old-one", "young-one"]) await api.send("POST", `/conversations/${id}/close`);
  age(database, 40, "old-one", "open-one");
  expect((await api.get("/retention")).body).toEqual({ conversationDays: 0, imageDays: 0, outputDays: 0, automatic: false });
  expect(await prune(api, { dryRun: false })).toMatchObject({ conversations: [], images: { files: 0 }, outputs: { files: 0 } });
  await api.send("PUT", "/retention", { conversationDays: 30 });
  const shown = await prune(api, {});
  expect([shown.dryRun, idsOf(shown)]).toEqual([true, ["old-one"]]);
  expect(idsOf(await prune(api, { conversationDays: 50 }))).toEqual([]);
  expect(await listed(api)).toEqual(["old-one", "open-one", "young-one"]);
  expect(rowsOf(database, "old-one").length).toBeGreaterThan(5);
  expect((await api.get<{ results: unknown[] }>("/search?q=zebra")).body.results).toHaveLength(1);
  expect(idsOf(await prune(api, { dryRun: false }))).toEqual(["old-one"]);
  expect(await listed(api)).toEqual(["open-one", "young-one"]);
  expect(rowsOf(database, "old-one")).toEqual([]);
  expect(await readdir(join(api.folder, "data/images"))).toEqual([]);
  await expect.poll(async () => (await api.get<{ indexing: boolean }>("/search?q=zebra")).body).toEqual({ results: [], indexing: false });
  expect((await api.get("/conversations/old-one")).body).toEqual({ chunks: [], latestSeq: 0 });
});

test("an archive goes with the conversation that it was made of, and not before it", async () => {
  await using api = await startApi(() => hello);
  for (let turn = 0; turn < 12; turn++) await api.chat({ message: `turn ${turn}`, conversationId: "c" });
  const { body } = await api.send<{ newConversationId: string }>("POST", "/conversations/c/compact");
  const archive = body.newConversationId;
  const database = join(api.folder, "data/dispatch.db");
  age(database, 40, "c", archive);
  expect(idsOf(await prune(api, { conversationDays: 30, dryRun: false }))).toEqual([]);
  expect((await api.get<{ chunks: readonly unknown[] }>(`/conversations/${archive}`)).body.chunks).toHaveLength(24);
  await api.send("POST", "/conversations/c/close");
  age(database, 40, "c");
  expect((await prune(api, { conversationDays: 30, dryRun: false })).conversations).toMatchObject([{ conversationId: "c", archives: 1 }]);
  expect([await listed(api), rowsOf(database, archive)]).toEqual([[], []]);
});

test("images that no message refers to and old outputs of tools go by age; what a message refers to stays", async () => {
  const print = JSON.stringify({ command: "head -c 200000 /dev/zero | tr '\\0' x" });
  await using api = await startApi([toolCallAnswer([{ id: "1", name: "run_shell", arguments: print }]), hello]);
  await api.chat({ message: "Look", conversationId: "c", images: [{ url: inline(png(2, 2)) }] });
  const images = join(api.folder, "data/images");
  const [folder = ""] = await readdir(images);
  const [named = ""] = await readdir(join(images, folder));
  const orphan = `${"0".repeat(64)}.png`;
  await Bun.write(join(images, folder, orphan), "orphan");
  const scratch = join(api.folder, "data/scratch");
  const outputs = (await readdir(scratch, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(outputs.length).toBeGreaterThan(0);
  const files = [
    ...outputs.map(({ parentPath, name }) => join(parentPath, name)),
    join(images, folder, orphan),
    join(images, folder, named),
  ];
  for (const file of files) await utimes(file, 1, 1);
  const wish = { imageDays: 1, outputDays: 1 };
  expect(await prune(api, wish)).toMatchObject({ images: { files: 1 }, outputs: { files: outputs.length } });
  await prune(api, { ...wish, dryRun: false });
  expect(await readdir(join(images, folder))).toEqual([named]);
  expect(await prune(api, wish)).toMatchObject({ images: { files: 0 }, outputs: { files: 0 } });
});

test("killed at any commit of a prune, a conversation is there whole or gone with everything, and the next prune ends what was begun", async () => {
  await using model = await startModelServer({ script: () => hello });
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-prune-")));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  let killed = true;
  for (let n = 0; killed; n++) {
    const environment = {
      DISPATCH_API_KEY: "k",
      DISPATCH_BASE_URL: model.url,
      DISPATCH_MODEL: "scripted",
      DISPATCH_DB: join(folder, `data-${n}/dispatch.db`),
    };
    const send = (url: string, path: string, body: object) =>
      fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) }).then((answer) => answer.text());
    {
      await using server = await startServerProcess(folder, environment);
      for (const conversationId of ["a", "b"]) {
        await send(server.url, "/chat", { message: "Hi", conversationId });
        await send(server.url, `/conversations/${conversationId}/close`, {});
      }
    }
    age(environment.DISPATCH_DB, 40, "a", "b");
    {
      await using server = await startServerProcess(folder, { ...environment, KILL_AT_COMMIT: String(n + 1) });
      killed = (await send(server.url, "/retention/prune", { conversationDays: 30, dryRun: false }).catch(() => "killed")) === "killed";
    }
    await using server = await startServerProcess(folder, environment);
    for (const id of ["a", "b"]) {
      const { chunks } = (await (await fetch(`${server.url}/conversations/${id}`)).json()) as { chunks: readonly unknown[] };
      expect([0, 2]).toContain(chunks.length);
      if (chunks.length === 0) expect(rowsOf(environment.DISPATCH_DB, `/${id}`)).toEqual([]);
    }
    await send(server.url, "/retention/prune", { conversationDays: 30, dryRun: false });
    expect((await (await fetch(`${server.url}/conversations`)).json()) as object).toEqual({ conversations: [] });
    expect([...rowsOf(environment.DISPATCH_DB, "/a"), ...rowsOf(environment.DISPATCH_DB, "/b")]).toEqual([]);
    expect(n).toBeLessThan(30);
  }
}, 120_000);
