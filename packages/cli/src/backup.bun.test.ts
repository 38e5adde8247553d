import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "./hostile-folder.fixture.ts";
import { runCommand } from "./process.fixture.ts";
import { json, serve } from "./server.fixture.ts";

const meta = { id: "c1", createdAt: 0, lastActivityAt: 0, status: "closed", workspaceId: "default", title: "Plans" };
const exported = { conversationId: "c1", format: "md", fileName: "plans.md", text: "# Plans\n" };

test("backup names the file for the server by its whole path, and says what was written", async () => {
  await using folder = await temporaryFolder();
  using server = serve({
    "POST /backup": ({ body }) => json({ sizeBytes: 2_000_000, schemaVersion: 1, entries: 7, files: 2, ...(body as object) }),
  });
  const run = (...words: readonly string[]) => runCommand(["backup", ...words, "--server", server.url], { cwd: folder.path });
  const { stdout, exitCode } = await run("copy.db", "--force");
  expect([stdout, exitCode]).toEqual([`Wrote ${folder.path}/copy.db: 2.0 MB, 7 entries, 2 images. dispatch restore puts it back.\n`, 0]);
  expect(server.asked.map(({ body }) => body)).toEqual([{ file: `${folder.path}/copy.db`, force: true }]);
  expect((await run("copy.txt")).exitCode).toBe(2);
  expect((await runCommand(["backup", "copy.db", "--server", "http://elsewhere.example"])).stderr).toContain("whole path");
  expect(server.asked).toHaveLength(1);
});

test("export prints a conversation, or writes it to a new file for its user alone", async () => {
  await using folder = await temporaryFolder();
  using server = serve({
    "GET /conversations": () => json({ conversations: [meta] }),
    "GET /conversations/c1/export": () => json(exported),
  });
  const run = (...words: readonly string[]) => runCommand(["export", ...words, "--server", server.url], { cwd: folder.path });
  expect((await run("c")).stdout).toBe("# Plans\n");
  const file = join(folder.path, "out.md");
  expect((await run("c", "--format", "md", "--out", "out.md")).stdout).toBe(`Wrote ${file}.\n`);
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["# Plans\n", 0o600]);
  writeFileSync(file, "mine");
  const refused = await run("c", "--out", "out.md", "--json");
  expect([JSON.parse(refused.stderr).code, refused.exitCode, readFileSync(file, "utf8")]).toEqual(["cli/file-exists", 5, "mine"]);
  expect((await run("c", "--out", "out.md", "--force")).exitCode).toBe(0);
  expect((await run("c", "--out", "nowhere/out.md")).exitCode).toBe(6);
  expect((await run("c", "--format", "pdf")).exitCode).toBe(2);
  expect(server.asked.filter(({ route }) => route.endsWith("export")).map(({ query }) => query.format)).toContain("md");
});
