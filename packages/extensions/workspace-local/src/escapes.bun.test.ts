import { link, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Desk, openDesk } from "./desk.fixture.ts";

interface Attempt {
  readonly name: string;
  /** Prepares the disk and gives the path to try. */
  readonly path: (desk: Desk) => string | Promise<string>;
  /** What reading must answer: a fault's code, or the text where the path is allowed. */
  readonly reading: string;
  /** What writing must answer, where it differs. `ok` is a write that lands inside. */
  readonly writing?: string;
}

const attempts: readonly Attempt[] = [
  { name: "parent", path: () => "..", reading: "workspace/outside" },
  { name: "parent file", path: () => "../outside/secret.txt", reading: "workspace/outside" },
  { name: "parent of what does not exist", path: () => "no/such/../../../outside/secret.txt", reading: "workspace/outside" },
  { name: "absolute", path: (desk) => join(desk.outside, "secret.txt"), reading: "workspace/outside" },
  { name: "absolute through the root", path: (desk) => `${desk.root}/../outside/secret.txt`, reading: "workspace/outside" },
  { name: "absolute that does not exist", path: () => "/no-such-folder/x", reading: "workspace/outside" },
  { name: "absolute below a file outside", path: (desk) => join(desk.outside, "secret.txt", "x"), reading: "workspace/outside" },
  { name: "root of the file system", path: () => "/", reading: "workspace/outside" },
  { name: "double slash", path: (desk) => `/${desk.outside}/secret.txt`, reading: "workspace/outside" },
  { name: "neighbour with the root's name as its beginning", path: (desk) => `${desk.root}-2/x`, reading: "workspace/outside" },
  { name: "link to a file", path: (desk) => linked(desk, "l", join(desk.outside, "secret.txt")), reading: "workspace/outside" },
  { name: "relative link to a file", path: (desk) => linked(desk, "l", "../outside/secret.txt"), reading: "workspace/outside" },
  { name: "link to a folder", path: async (desk) => `${await linked(desk, "l", desk.outside)}/secret.txt`, reading: "workspace/outside" },
  {
    name: "new file behind a link to a folder",
    path: async (desk) => `${await linked(desk, "l", desk.outside)}/new.txt`,
    reading: "workspace/outside",
  },
  { name: "dangling link", path: (desk) => linked(desk, "l", join(desk.outside, "new.txt")), reading: "workspace/outside" },
  { name: "dangling link with parents", path: (desk) => linked(desk, "l", "a/../../outside/new.txt"), reading: "workspace/missing" },
  { name: "chain of links", path: chain, reading: "workspace/outside" },
  {
    name: "link to the root of the file system",
    path: async (desk) => `${await linked(desk, "l", "/")}/etc/passwd`,
    reading: "workspace/outside",
  },
  {
    name: "link to /proc/self/root",
    path: async (desk) => `${await linked(desk, "l", "/proc/self/root")}/etc/passwd`,
    reading: "workspace/outside",
  },
  { name: "link loop", path: loop, reading: "workspace/bad-path" },
  { name: "link to itself", path: (desk) => linked(desk, "l", "l"), reading: "workspace/bad-path" },
  { name: "/proc/self/root", path: (desk) => `/proc/self/root${desk.outside}/secret.txt`, reading: "workspace/outside" },
  { name: "/proc/self/cwd", path: () => "/proc/self/cwd/package.json", reading: "workspace/outside" },
  { name: "/proc/self/environ", path: () => "/proc/self/environ", reading: "workspace/outside" },
  { name: "/proc/self/fd", path: () => "/proc/self/fd/0", reading: "workspace/outside" },
  { name: "/dev/stdin", path: () => "/dev/stdin", reading: "workspace/outside" },
  { name: "/dev/null", path: () => "/dev/null", reading: "workspace/outside" },
  { name: "other case of the root", path: (desk) => `${desk.root.toUpperCase()}/a.txt`, reading: "workspace/outside" },
  { name: "other case of a file", path: () => "A.TXT", reading: "workspace/missing", writing: "ok" },
  { name: "dots of another alphabet", path: () => "․․/outside/secret.txt", reading: "workspace/missing" },
  { name: "wide dots", path: () => "．．/outside/secret.txt", reading: "workspace/missing" },
  { name: "division slash", path: () => "..∕outside∕secret.txt", reading: "workspace/missing", writing: "ok" },
  { name: "decomposed name", path: () => "cafe\u0301.txt", reading: "workspace/missing", writing: "ok" },
  { name: "percent signs", path: () => "%2e%2e/outside/secret.txt", reading: "workspace/missing" },
  { name: "backslashes", path: () => "..\\outside\\secret.txt", reading: "workspace/missing", writing: "ok" },
  { name: "file URL", path: (desk) => `file://${desk.outside}/secret.txt`, reading: "workspace/bad-path" },
  { name: "home", path: () => "~", reading: "workspace/bad-path" },
  { name: "file at home", path: () => "~/.ssh/id_ed25519", reading: "workspace/bad-path" },
  { name: "NUL behind an allowed name", path: () => "a.txt\0.png", reading: "workspace/bad-path" },
  { name: "NUL before a parent", path: () => "\0../outside/secret.txt", reading: "workspace/bad-path" },
  { name: "half a character", path: () => "\ud83d", reading: "workspace/bad-path" },
  { name: "empty", path: () => "", reading: "workspace/bad-path" },
  { name: "very long path", path: () => "a/".repeat(3_000), reading: "workspace/bad-path" },
  { name: "very long name", path: () => "n".repeat(300), reading: "workspace/bad-path" },
  { name: "the root itself as a file", path: () => ".", reading: "workspace/not-a-file" },
  { name: "folder as a file", path: () => "folder", reading: "workspace/not-a-file" },
  { name: "file with a slash behind it", path: () => "a.txt/", reading: "workspace/not-a-file" },
  { name: "file with a dot behind it", path: () => "a.txt/.", reading: "workspace/not-a-file" },
  { name: "below a file", path: () => "a.txt/b", reading: "workspace/missing" },
  { name: "named pipe", path: pipe, reading: "workspace/not-a-file" },
  { name: "link to a named pipe", path: async (desk) => linked(desk, "l", await pipe(desk)), reading: "workspace/not-a-file" },
  { name: "socket", path: socket, reading: "workspace/not-a-file" },
  { name: "link to a device", path: (desk) => linked(desk, "l", "/dev/zero"), reading: "workspace/outside" },
  { name: "the server's data", path: (desk) => join(desk.dataDir, "dispatch.db"), reading: "workspace/outside" },
  { name: "another conversation's scratch", path: othersScratch, reading: "workspace/outside" },
  { name: "own scratch", path: (desk) => desk.workspace.keep("x.txt", text("kept")), reading: "kept", writing: "workspace/outside" },
  { name: "file", path: () => "./folder/../a.txt", reading: "hello", writing: "ok" },
  { name: "absolute inside", path: (desk) => join(desk.root, "a.txt"), reading: "hello", writing: "ok" },
  { name: "link that stays inside", path: (desk) => linked(desk, "l", "folder/b.txt"), reading: "inner", writing: "ok" },
  { name: "link out and in again", path: (desk) => linked(desk, "l", `../${"work"}/a.txt`), reading: "hello", writing: "ok" },
  { name: "dangling link that stays inside", path: (desk) => linked(desk, "l", "new.txt"), reading: "workspace/missing", writing: "ok" },
  // The limit that the README states: a second name of a file says nothing about where its first name lies.
  { name: "hard link", path: hardLink, reading: "secret", writing: "ok" },
];

const text = (value: string) => new TextEncoder().encode(value);
const openTable = () => openDesk({ "a.txt": "hello", "folder/b.txt": "inner", "café.txt": "composed" });
const answer = (promise: Promise<unknown>) =>
  promise.then(
    (value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : "ok"),
    (thrown: { readonly code?: string; readonly message: string }) => thrown.code ?? thrown.message,
  );

describe.each(attempts)("$name", ({ path, reading, writing = reading }) => {
  test(`reading gives ${reading}`, async () => {
    const desk = await openTable();
    expect(await answer(desk.workspace.read(await path(desk)))).toBe(reading);
  });

  test(`writing gives ${writing}, and nothing outside changes`, async () => {
    const desk = await openTable();
    const target = await path(desk);
    expect(await answer(desk.workspace.write(target, text("mine")))).toBe(writing);
    expect(await readdir(desk.outside)).toEqual(["secret.txt"]);
    expect(await readFile(join(desk.outside, "secret.txt"), "utf8")).toBe("secret");
    if (writing === "ok") expect(await answer(desk.workspace.read(target))).toBe("mine");
  });

  test("resolve agrees with reading", async () => {
    const desk = await openTable();
    const resolved = await desk.workspace.resolve(await path(desk)).catch((thrown: { readonly code: string }) => thrown.code);
    expect(resolved === undefined).toBe(reading === "workspace/outside");
  });
});

test("there are at least 25 attempts, each with its own name", () => {
  expect(new Set(attempts.map(({ name }) => name)).size).toBe(attempts.length);
  expect(attempts.length).toBeGreaterThan(25);
});

test("no refusal tells what stands outside", async () => {
  const desk = await openTable();
  const there = await desk.workspace.read("../outside/secret.txt").catch((thrown: Error) => thrown.message);
  const absent = await desk.workspace.read("../outside/absent.txt").catch((thrown: Error) => thrown.message);
  expect(String(there).replaceAll("secret", "absent")).toBe(absent);
});

async function linked(desk: Desk, name: string, target: string): Promise<string> {
  await symlink(target, join(desk.root, name));
  return name;
}

async function chain(desk: Desk): Promise<string> {
  await linked(desk, "one", "folder/two");
  await linked(desk, "folder/two", "../three");
  await linked(desk, "three", "../outside");
  return "one/secret.txt";
}

async function loop(desk: Desk): Promise<string> {
  await linked(desk, "one", "two");
  return linked(desk, "two", "one");
}

async function pipe(desk: Desk): Promise<string> {
  Bun.spawnSync(["mkfifo", join(desk.root, "pipe")]);
  return "pipe";
}

async function socket(desk: Desk): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(desk.root, "socket"), resolve));
  onTestFinished(() => void server.close());
  return "socket";
}

async function othersScratch(desk: Desk): Promise<string> {
  const other = await desk.workspaces.open("c2", desk.root);
  return other.keep("x.txt", text("theirs"));
}

async function hardLink(desk: Desk): Promise<string> {
  await mkdir(join(desk.root, "links"));
  await link(join(desk.outside, "secret.txt"), join(desk.root, "links", "hard"));
  return "links/hard";
}
