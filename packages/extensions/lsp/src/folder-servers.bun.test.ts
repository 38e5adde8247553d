import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findRoot } from "./folders.ts";
import { installed, openLanguageDesk } from "./language.fixture.ts";

const script = "#!/bin/sh\nexit 1\n";

async function install(folder: string, ...names: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    await writeFile(join(folder, name), script);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

/** How the servers for a file would start, by id. */
async function startsFor(desk: Awaited<ReturnType<typeof openLanguageDesk>>, file: string) {
  const located = await desk.folders.forFile(desk.root, join(desk.root, file));
  return Object.fromEntries(located.map(({ entry, start }) => [entry.id, start.kind === "ready" ? start.words.join(" ") : start.why]));
}

const own = (servers: object) => ({ ".dispatch/lsp.json": JSON.stringify({ servers }) });

const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test("a program that is not there is told with what to do", async () => {
  const desk = await openLanguageDesk(
    { ...own({ mine: { command: "no-such-server", extensions: [".x"] } }), "a.x": "" },
    { trusted: true },
  );
  const why = "no-such-server of .dispatch/lsp.json was not found on the PATH. Install it, or correct the command.";
  expect(await desk.ask({ action: "diagnostics", path: "a.x" })).toMatchObject({ refused: true, text: expect.stringContaining(why) });
  expect(await desk.status()).toMatchObject([{ id: "mine", state: "error", error: why }]);
});

test("what the project has installed for itself is run only where somebody trusts the folder, and then before the machine's", async () => {
  const files = { "a.py": "" };
  const untrusted = await openLanguageDesk(files, { path: "/usr/bin:/bin" });
  await install(join(untrusted.root, "node_modules/.bin"), "pyright-langserver");
  expect(await startsFor(untrusted, "a.py")).toEqual({
    pyright: "Not started: pyright-langserver is only in the project's own node_modules, and this folder is not trusted.",
  });
  expect(await untrusted.status()).toMatchObject([{ id: "pyright", state: "not-started", configSource: "built-in" }]);
  const trusted = await openLanguageDesk(files, { trusted: true });
  const folder = await install(join(trusted.root, "node_modules/.bin"), "pyright-langserver");
  expect(await startsFor(trusted, "a.py")).toEqual({ pyright: `${folder}/pyright-langserver --stdio` });
});

test("entries of the search path inside the project, of a package around it, relative ones, and links into it do not count", async () => {
  const desk = await openLanguageDesk({ "work/a.py": "" });
  const project = join(desk.root, "work");
  const inside = await install(join(project, "bin"), "pyright-langserver");
  const around = await install(join(desk.root, "node_modules/.bin"), "pyright-langserver");
  const linked = join(desk.outside, "bin");
  await mkdir(linked);
  await symlink(join(inside, "pyright-langserver"), join(linked, "pyright-langserver"));
  for (const path of [inside, around, linked, "bin", ".", ""]) {
    const { folders } = await openLanguageDesk({}, { path });
    const [located] = await folders.forFile(project, join(project, "a.py"));
    expect(located?.start.kind, path).toBe("missing");
  }
});

test("a server's environment has no key, and a search path without the project", async () => {
  const desk = await openLanguageDesk({ "a.py": "" });
  const path = [join(desk.root, "bin"), installed, ".", join(desk.root, "node_modules/.bin")].join(":");
  const { folders } = await openLanguageDesk(
    {},
    { path, environment: { DISPATCH_API_KEY: "secret", GITHUB_TOKEN: "secret", GOPATH: "/go" } },
  );
  const [located] = await folders.forFile(desk.root, join(desk.root, "a.py"));
  expect(located?.order?.command.environment).toMatchObject({ PATH: installed, GOPATH: "/go", PWD: desk.root });
  expect(JSON.stringify(located)).not.toContain("secret");
});

test("a server that runs code of the project by its nature needs trust, wherever it is installed", async () => {
  for (const trusted of [false, true]) {
    const desk = await openLanguageDesk({ "src/a.rs": "", "Cargo.toml": "" });
    const path = await install(join(desk.outside, "bin"), "rust-analyzer");
    const { folders } = await openLanguageDesk({}, { path, trusted });
    const [located] = await folders.forFile(desk.root, join(desk.root, "src/a.rs"));
    expect(located?.start.kind).toBe(trusted ? "ready" : "held");
  }
});

test("of tsc only version 7 is a language server", async () => {
  const desk = await openLanguageDesk({ "a.ts": "" });
  const old = join(desk.outside, "old/node_modules/typescript");
  await install(join(old, "bin"), "tsc");
  await writeFile(join(old, "package.json"), '{ "version": "5.9.3" }');
  const startWith = async (path: string) =>
    (await (await openLanguageDesk({}, { path })).folders.forFile(desk.root, join(desk.root, "a.ts")))[0]?.start.kind;
  expect(await startWith(join(old, "bin"))).toBe("missing");
  expect(await startWith(installed)).toBe("ready");
});

test.each([
  ["command", { command: ["/bin/true"] }],
  ["env", { env: { NODE_OPTIONS: "--require ./evil.js" } }],
  ["initialization", { initialization: { tsserver: { path: "./evil.js" } } }],
])("a project's file may not say %s of a server in a folder that nobody trusts", async (_, said) => {
  const desk = await openLanguageDesk({ ...own({ pyright: said }), "a.py": "" });
  expect(await startsFor(desk, "a.py")).toEqual({
    pyright: "Not started: .dispatch/lsp.json says how it is started, and this folder is not trusted.",
  });
});

test("a project's file may switch servers off and change what they are for without trust", async () => {
  const desk = await openLanguageDesk({
    ...own({ typescript: { disabled: true }, pyright: { extensions: [".pyx"] } }),
    "a.ts": "",
    "a.py": "",
    "a.pyx": "",
  });
  expect([await startsFor(desk, "a.ts"), await startsFor(desk, "a.py")]).toEqual([{}, {}]);
  expect(await startsFor(desk, "a.pyx")).toEqual({ pyright: `${installed}/pyright-langserver --stdio` });
  expect(await desk.status()).toMatchObject([{ id: "pyright", configSource: ".dispatch/lsp.json", state: "not-started" }]);
});

test("opencode.json counts by the same rules, below .dispatch/lsp.json, and one that is for others says nothing", async () => {
  const lsp = { typescript: { disabled: true }, mine: { command: ["x"], extensions: [".x"] }, pyright: { disabled: true } };
  const desk = await openLanguageDesk({
    ...own({ typescript: {} }),
    "opencode.json": `{ "model": "a/b", /* ours */ "lsp": ${JSON.stringify(lsp)}, }`,
    "a.ts": "",
    "a.x": "",
    "a.py": "",
  });
  expect(await startsFor(desk, "a.ts")).toEqual({ typescript: `${installed}/tsc --lsp --stdio` });
  expect(await startsFor(desk, "a.py")).toEqual({});
  expect(await startsFor(desk, "a.x")).toEqual({
    mine: "Not started: opencode.json says how it is started, and this folder is not trusted.",
  });
  await desk.put("opencode.json", '{ "lsp": false }');
  await desk.put(".dispatch/lsp.json", "{}");
  expect(await startsFor(desk, "a.ts")).toEqual({});
});

// Reaches configBytesMax, depthMax of config-file.ts.
test("a file with mistakes is set aside and told, and read again when it is corrected", async () => {
  const desk = await openLanguageDesk({
    ".dispatch/lsp.json": '{ "servers": { "typescript": { "comand": ["x"], "disabled": true } } }',
    "a.ts": "",
  });
  const [problem, typescript] = await desk.status();
  expect(problem).toMatchObject({
    id: ".dispatch/lsp.json",
    state: "error",
    error: expect.stringContaining('unknown key "comand"; did you mean command?'),
  });
  expect(typescript).toMatchObject({ id: "typescript", state: "not-started", configSource: "built-in" });
  for (const content of [
    "{",
    "[]",
    "7",
    "null",
    '{ "servers": [] }',
    '{ "servers": { "a b": {} } }',
    '{ "servers": { "nothing": {} } }',
    "{}".padEnd(65_537),
    `{ "servers": { "x": { "command": "x", "initialization": ${nested(48)} } } }`,
    `{ "servers": { "x": { "initialization": ${nested(20_000)} } } }`,
  ]) {
    await desk.put(".dispatch/lsp.json", content);
    expect((await desk.status())[0], content).toMatchObject({ id: ".dispatch/lsp.json", state: "error" });
  }
  for (const content of [
    '{ "servers": { "typescript": { "disabled": true } } }',
    `{ "servers": { "typescript": { "disabled": true, "initialization": ${nested(47)} } } }`,
    '{ "servers": { "typescript": { "disabled": true } } }'.padEnd(65_536),
  ]) {
    await desk.put(".dispatch/lsp.json", content);
    expect(await desk.status(), content).toEqual([]);
  }
});

test("a pipe in the place of a file holds nobody up", async () => {
  const desk = await openLanguageDesk({ "a.ts": "" });
  Bun.spawnSync(["mkfifo", join(desk.root, "opencode.json")]);
  expect((await desk.status())[0]).toMatchObject({ id: "opencode.json", state: "error" });
});

test("the root is the nearest folder with a marker, and never above the conversation's", async () => {
  const files = {
    "package-lock.json": "",
    "one/tsconfig.json": "",
    "two/bun.lock": "",
    "two/deep/tsconfig.json": "",
    "two/deep/a.ts": "",
    "one/a.ts": "",
    "free/a.sh": "",
  };
  const desk = await openLanguageDesk(files);
  const rootOf = async (folder: string, file: string) =>
    (await desk.folders.forFile(join(desk.root, folder), join(desk.root, file)))[0]?.root;
  expect(await rootOf(".", "one/a.ts")).toBe(desk.root);
  expect(await rootOf(".", "two/deep/a.ts")).toBe(join(desk.root, "two"));
  expect(await rootOf("one", "one/a.ts")).toBe(join(desk.root, "one"));
  expect(await rootOf("two/deep", "two/deep/a.ts")).toBe(join(desk.root, "two/deep"));
  expect(await rootOf("free", "free/a.sh")).toBe(join(desk.root, "free"));
  expect(await rootOf("one", "two/deep/a.ts")).toBeUndefined();
});

test("a search for a root ends at the top of the disk", () => {
  expect(findRoot("/no/such/file", "/", [["no-such-marker"]])).toBeUndefined();
});

test("a server for those who have chosen it comes with its marker alone", async () => {
  const desk = await openLanguageDesk({ "a.py": "", "b/ruff.toml": "", "b/a.py": "" });
  expect(Object.keys(await startsFor(desk, "a.py"))).toEqual(["pyright"]);
  expect(Object.keys(await startsFor(desk, "b/a.py"))).toEqual(["pyright", "ruff"]);
});

// Reaches foldersMax of folder-servers.ts.
test("of two hundred folders the files are known; of the one that was looked at longest ago they are read again", async () => {
  const { folders } = await openLanguageDesk({});
  const known = await folders.entries("/no/such/0");
  for (let n = 1; n < 200; n++) await folders.entries(`/no/such/${n}`);
  expect(await folders.entries("/no/such/0")).toBe(known);
  await folders.entries("/no/such/200");
  expect(await folders.entries("/no/such/0")).not.toBe(known);
});
