import type { Limits } from "./limits.ts";

/** What a confined process sees of the machine. All paths are absolute and real, and there when it starts. */
export interface View {
  readonly writable: readonly string[];
  /** Inside of what is writable, and yet read-only. A folder that is also in `pinned` cannot be replaced by another. */
  readonly readOnly: readonly string[];
  /** Folders inside of what is writable that can be neither renamed nor removed, because code would be found at their name. */
  readonly pinned: readonly string[];
  /** Out of sight with all that is in them, but for what of `back`, `writable` and `readable` lies there. */
  readonly hiddenAround: readonly string[];
  readonly hiddenFolders: readonly string[];
  readonly hiddenFiles: readonly string[];
  /** Inside of what is hidden, and yet readable. */
  readonly readable: readonly string[];
  /** Folders of the machine that give way to empty ones of memory. */
  readonly temporary: readonly string[];
  /** Inside of what is temporary or hidden, and yet there, read-only unless it is writable too. */
  readonly back: readonly string[];
  readonly network: boolean;
  readonly cwd: string;
}

/** What a version of bubblewrap can beside what all can. */
export interface Abilities {
  /** Nobody inside can make a user namespace, and with it be root of something. */
  readonly disableUserns: boolean;
}

/**
 * The words for bubblewrap, without the program's own. Their order is the order in which it mounts, so that what is hidden lies over what is
 * writable. `/proc` is read-only as a whole, since a server of root could otherwise write the kernel's settings there. `/run` holds the sockets of others and is gone; what name resolution needs of it comes back with the network.
 */
export function bubblewrapWords(view: View, limits: Pick<Limits, "tmpBytesMax">, { disableUserns }: Abilities): readonly string[] {
  const temporary = (path: string) => ["--size", `${limits.tmpBytesMax}`, "--tmpfs", path];
  return [
    ...["--unshare-all", "--unshare-user", ...(disableUserns ? ["--disable-userns"] : []), ...(view.network ? ["--share-net"] : [])],
    ...["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...[
      "--ro-bind",
      "/",
      "/",
      "--proc",
      "/proc",
      "--remount-ro",
      "/proc",
      "--dev",
      "/dev",
      ...temporary("/dev/shm"),
      "--remount-ro",
      "/dev",
    ],
    ...view.temporary.flatMap(temporary),
    ...runFiles.flatMap((path) => ["--ro-bind-try", path, path]),
    ...(view.network ? resolverFiles.flatMap((path) => ["--ro-bind-try", path, path]) : []),
    ...view.hiddenAround.flatMap(emptied),
    ...view.back.flatMap((path) => ["--ro-bind", path, path]),
    ...view.writable.flatMap((path) => ["--bind", path, path]),
    ...view.pinned.flatMap((path) => ["--bind", path, path]),
    ...view.readOnly.flatMap((path) => ["--ro-bind", path, path]),
    ...view.hiddenFolders.flatMap(emptied),
    ...view.readable.flatMap((path) => ["--ro-bind-try", path, path]),
    ...[...view.hiddenAround, ...view.hiddenFolders].flatMap((path) => ["--remount-ro", path]),
    ...view.hiddenFiles.flatMap((path) => ["--ro-bind", "/dev/null", path]),
    ...["--chdir", view.cwd],
  ];
}

const emptied = (path: string): readonly string[] => ["--perms", "0555", "--tmpfs", path];

/** Where one distribution keeps its programs. */
const runFiles: readonly string[] = ["/run/current-system"];
const resolverFiles: readonly string[] = ["/run/systemd/resolve/stub-resolv.conf", "/run/systemd/resolve/resolv.conf", "/run/resolvconf"];
