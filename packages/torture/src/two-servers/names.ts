import { link, mkdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { databaseIn } from "../server.ts";

/** One way to the same database. */
export interface Name {
  readonly what: string;
  readonly path: string;
  readonly cwd: string;
  /** A command before the program, such as one that mounts. */
  readonly before?: readonly string[];
}

/** Every name by which somebody may come to the database of a running server. `elsewhere` is an empty folder. */
export async function namesOf(folder: string, elsewhere: string): Promise<readonly Name[]> {
  const path = databaseIn(folder);
  await symlink(path, join(elsewhere, "link.db"));
  await symlink(join(folder, "data"), join(elsewhere, "linked"));
  await symlink(join(elsewhere, "link.db"), join(elsewhere, "chain.db"));
  await mkdir(join(elsewhere, "mounted"));
  await Bun.write(join(elsewhere, "mounted.db"), "");
  const names: readonly Name[] = [
    { what: "its own path", path, cwd: folder },
    { what: "a relative path", path: "data/dispatch.db", cwd: folder },
    { what: "a relative path from elsewhere", path: relative(elsewhere, path), cwd: elsewhere },
    { what: "a path with dots", path: join(folder, "data/../data/.") + "/../data//dispatch.db", cwd: folder },
    { what: "/proc/self/root", path: `/proc/self/root${path}`, cwd: folder },
    { what: "/proc/self/cwd", path: "/proc/self/cwd/data/dispatch.db", cwd: folder },
    { what: "a link to the file", path: "link.db", cwd: elsewhere },
    { what: "a link to a link", path: "chain.db", cwd: elsewhere },
    { what: "a link to the folder", path: "linked/dispatch.db", cwd: elsewhere },
  ];
  const mounts: readonly Name[] = [
    { what: "a mount of the folder", path: "mounted/dispatch.db", cwd: elsewhere, before: mounting(join(folder, "data"), "mounted") },
    { what: "a mount of the file", path: "mounted.db", cwd: elsewhere, before: mounting(path, "mounted.db") },
  ];
  return canMount() ? [...names, ...mounts] : names;
}

/** Last of all: a file with two names cannot be opened by its own path either. */
export async function hardLinkTo(folder: string, elsewhere: string): Promise<Name> {
  await link(databaseIn(folder), join(elsewhere, "hard.db"));
  return { what: "a hard link", path: "hard.db", cwd: elsewhere };
}

const mounting = (from: string, to: string): readonly string[] => [
  "unshare",
  "--mount",
  "sh",
  "-c",
  `mount --bind '${from}' '${to}' && exec "$0" "$@"`,
];

const canMount = (): boolean => Bun.spawnSync(["unshare", "--mount", "true"], { stdio: ["ignore", "ignore", "ignore"] }).success;
