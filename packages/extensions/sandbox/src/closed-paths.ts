import { lstat, readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { within } from "./paths.ts";

export interface Closed {
  /** Those that hold an open folder, which comes back in its place. */
  readonly hiddenAround: readonly string[];
  readonly hiddenFolders: readonly string[];
  readonly hiddenFiles: readonly string[];
}

/** Where programs keep keys and passwords below a home folder. */
const privateInHome: readonly string[] = [
  ...[
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".kube",
    ".docker",
    ".password-store",
    ".netrc",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".my.cnf",
  ],
  ...[".config/gcloud", ".config/gh", ".config/glab-cli", ".config/dispatch", ".config/git/credentials", ".config/op", ".config/sops"],
  ...[
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".terraform.d/credentials.tfrc.json",
    ".vault-token",
    ".bash_history",
  ],
  ...[
    ".local/share/keyrings",
    ".local/share/dispatch",
    ".mozilla",
    ".config/chromium",
    ".config/google-chrome",
    ".zsh_history",
    ".python_history",
  ],
];
/** What the system keeps for others: passwords' hashes, services' data, their sockets. Most is closed to all but root anyway. */
const privateOfSystem: readonly string[] = [
  "/etc/shadow",
  "/etc/gshadow",
  "/etc/sudoers",
  "/etc/ssh",
  "/var/lib/systemd",
  "/var/spool/cron",
];

/**
 * What no confined process sees, of what is there. Only what is an open folder itself is left out: the server's data may be where somebody works,
 * and is then named file by file.
 */
export async function closedPaths(hidden: readonly string[], home: string | undefined, open: readonly string[]): Promise<Closed> {
  const names = [...hidden, ...privateOfSystem, ...(home === undefined ? [] : privateInHome.map((name) => join(home, name)))];
  const paths = (await Promise.all([...new Set(names)].map(spelledOut))).flat();
  const found = (await Promise.all(paths.map(kindOf))).filter((one) => one !== undefined);
  const closed = found.filter(({ path }) => !open.includes(path));
  const around = closed.filter(({ path }) => open.some((folder) => within(path, folder)));
  const of = (kind: Found["kind"]) => closed.filter((one) => one.kind === kind && !around.includes(one)).map(({ path }) => path);
  const hiddenFolders = outermost([...new Set(of("folder"))]);
  const hiddenFiles = [...new Set(of("file"))].filter((path) => !hiddenFolders.some((folder) => within(folder, path)));
  const hiddenAround = outermost([...new Set(around.map(({ path }) => path))]);
  const isGone = (path: string) => hiddenAround.some((folder) => within(folder, path)) && !open.some((folder) => within(folder, path));
  return {
    hiddenAround,
    hiddenFolders: hiddenFolders.filter((path) => !isGone(path)),
    hiddenFiles: hiddenFiles.filter((path) => !isGone(path)),
  };
}

interface Found {
  readonly path: string;
  readonly kind: "folder" | "file";
}

/** A name that ends in `*` stands for all files that begin so. */
async function spelledOut(name: string): Promise<readonly string[]> {
  if (!name.endsWith("*")) return [name];
  const beginning = basename(name).slice(0, -1);
  const names = await readdir(dirname(name)).catch(() => []);
  return names.filter((one) => one.startsWith(beginning)).map((one) => join(dirname(name), one));
}

async function kindOf(path: string): Promise<Found | undefined> {
  const real = await realpath(path).catch(() => undefined);
  const stat = real === undefined ? undefined : await lstat(real).catch(() => undefined);
  if (real === undefined || stat === undefined || real === "/") return undefined;
  return { path: real, kind: stat.isDirectory() ? "folder" : "file" };
}

/** A folder inside of one that is hidden is hidden with it. */
const outermost = (folders: readonly string[]): readonly string[] =>
  folders.filter((one) => !folders.some((other) => other !== one && within(other, one)));
