import { execFileSync } from "node:child_process";
import { link, mkdir, readFile, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import type { Attempt } from "./attempt.ts";
import type { Desk } from "./desk.ts";

const outside = /^(refused|fault|invalid)\b/;
type Path = (desk: Desk) => string | Promise<string>;

const reading = (name: string, path: Path, refused = outside): Attempt => ({
  name: `read: ${name}`,
  act: async (desk) => desk.call("read_file", { path: await path(desk) }),
  refused,
});
const writing = (name: string, path: Path, refused = outside): Attempt => ({
  name: `write: ${name}`,
  act: async (desk) => desk.call("write_file", { path: await path(desk), content: "planted" }),
  refused,
});
const both = (name: string, path: Path): readonly Attempt[] => [reading(name, path), writing(name, path)];

/** `link` below the root, to where it says. */
const linked = (to: (desk: Desk) => string, below = ""): Path => {
  return async (desk) => {
    const name = `link-${Math.random().toString(36).slice(2)}`;
    await symlink(to(desk), join(desk.root, name));
    return name + below;
  };
};

export const pathAttempts: readonly Attempt[] = [
  ...both("parents in a relative path", () => "../outside/file.txt"),
  ...both("parents of what is not there", () => "no/such/../../../outside/file.txt"),
  ...both("an absolute path", ({ outside: folder }) => join(folder, "file.txt")),
  ...both("parents behind the root's own name", ({ root }) => `${root}/../outside/file.txt`),
  ...both("a neighbour whose name begins as the root's", ({ root }) => `${root}-2/file.txt`),
  ...both(
    "a link to a file",
    linked(({ outside: folder }) => join(folder, "file.txt")),
  ),
  ...both(
    "a relative link",
    linked(() => "../outside/file.txt"),
  ),
  ...both(
    "a link to a folder",
    linked(({ outside: folder }) => folder, "/file.txt"),
  ),
  ...both(
    "a dangling link",
    linked(({ outside: folder }) => join(folder, "new.txt")),
  ),
  ...both(
    "a link to the root of the machine",
    linked(() => "/", "/etc/passwd"),
  ),
  ...both(
    "a link to /proc/self/root",
    linked(() => "/proc/self/root", "/etc/passwd"),
  ),
  ...both(
    "a link to /proc/self/cwd",
    linked(() => "/proc/self/cwd", "/package.json"),
  ),
  ...both("/proc/self/root", ({ outside: folder }) => `/proc/self/root${folder}/file.txt`),
  ...both("/proc/self/environ", () => "/proc/self/environ"),
  ...both("the environment of the server by its number", () => `/proc/${process.pid}/environ`),
  ...both("the memory of the server", () => `/proc/${process.pid}/mem`),
  ...both("a descriptor of the server", () => "/dev/fd/1"),
  ...both("the database", ({ dataDir }) => join(dataDir, "dispatch.db")),
  ...both("the database's own journal", ({ dataDir }) => join(dataDir, "dispatch.db-wal")),
  ...both("images of others", ({ dataDir }) => join(dataDir, "images/one")),
  ...both("scratch of another conversation", ({ othersScratch }) => othersScratch),
  ...both("the server's journal", ({ dataDir }) => join(dataDir, "../log/app.ndjson")),
  ...both("the file of settings", ({ dataDir }) => join(dataDir, "../none")),
  ...both("keys of the person", ({ home }) => join(home, ".ssh/id_ed25519")),
  ...both("the home by its sign", () => "~/.ssh/id_ed25519"),
  ...both("a NUL byte", () => "inside.txt\0/../../outside/file.txt"),
  ...both("a path of 5,000 characters", () => `${"a/".repeat(2_500)}../../outside/file.txt`),
  ...both("a URL", ({ outside: folder }) => `file://${folder}/file.txt`),
  reading("escaped parents", () => "%2e%2e/outside/file.txt"),
  reading("backslashes", () => "..\\outside\\file.txt"),
  reading("wide dots", () => "．．/outside/file.txt"),
  reading("dots that a normal form would make", () => "‥/outside/file.txt"),
  reading("parents with a slash of another alphabet", () => "..∕outside∕file.txt"),
  reading("the root in another case", ({ root }) => `${root.toUpperCase()}/../outside/file.txt`),
  reading("trailing dots", () => "../outside/file.txt..."),
  ...both("a trailing slash", ({ outside: folder }) => `${folder}/file.txt/`),
  reading("a fifo that nobody writes", async (desk) => {
    execFileSync("mkfifo", [join(desk.root, "fifo")]);
    return "fifo";
  }),
  reading("a socket", async (desk) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(desk.root, "s.sock"), () => resolve()));
    server.unref();
    return "s.sock";
  }),
  reading(
    "a device",
    linked(() => "/dev/zero"),
  ),
  reading("a mount point", () => "/sys/kernel/notes"),
  {
    name: "write: a hard link gives way to a new file and the other name keeps its content",
    act: async (desk) => {
      await link(join(desk.outside, "file.txt"), join(desk.root, "hard"));
      return desk.call("write_file", { path: "hard", content: "planted" });
    },
    refused: /./,
    harm: async (desk) =>
      (await readFile(join(desk.outside, "file.txt"), "utf8")) === "planted" ? "the other name was written" : undefined,
  },
  {
    name: "edit: a file outside by a link",
    act: async (desk) => {
      await symlink(join(desk.outside, "file.txt"), join(desk.root, "editable"));
      return desk.call("edit_file", { path: "editable", edits: [{ oldText: "as", newText: "not as" }] });
    },
    refused: outside,
  },
  { name: "glob: parents in the pattern", act: (desk) => desk.call("glob", { pattern: "../outside/*" }), refused: /^(?!.*file\.txt)/s },
  { name: "glob: a folder outside", act: (desk) => desk.call("glob", { pattern: "*", path: desk.outside }), refused: outside },
  {
    name: "glob: a link to a folder outside is not walked",
    act: async (desk) => {
      await symlink(desk.outside, join(desk.root, "walked"));
      return desk.call("glob", { pattern: "**/file.txt" });
    },
    refused: /^(?!.*walked\/file\.txt)/s,
  },
  { name: "grep: a folder outside", act: (desk) => desk.call("grep", { pattern: "as it was", path: desk.outside }), refused: outside },
  { name: "grep: the data", act: (desk) => desk.call("grep", { pattern: "canary", path: desk.dataDir }), refused: outside },
  {
    name: "grep: links are not followed",
    act: async (desk) => {
      await symlink(desk.outside, join(desk.root, "searched"));
      return desk.call("grep", { pattern: "as it was" });
    },
    refused: /^(?!.*searched\/file\.txt)/s,
  },
  {
    name: "run_shell: a folder outside as its own",
    act: (desk) => desk.call("run_shell", { command: "pwd", cwd: relative(desk.root, desk.outside) }),
    refused: outside,
  },
  {
    name: "read and write: a folder that is swapped for a link during the calls",
    act: async (desk) => {
      await mkdir(join(desk.root, "swapped"), { recursive: true });
      await desk.put("swapped/file.txt", "inside");
      const swap = `cd '${desk.root}' && while :; do mv swapped s; ln -s ../outside swapped; rm swapped; mv s swapped; done`;
      const swapping = Bun.spawn(["sh", "-c", swap], { stderr: "ignore" });
      const seen = new Set<string>();
      for (let calls = 0; calls < 200; calls++) {
        seen.add(await desk.call("read_file", { path: "swapped/file.txt" }));
        await desk.call("write_file", { path: "swapped/planted.txt", content: "planted" });
      }
      swapping.kill("SIGKILL");
      await swapping.exited;
      return [...seen].join("\n");
    },
    refused: /^(?!.*as it was)/s,
  },
];
