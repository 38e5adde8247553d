import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { linesOf, startChild } from "./child.fixture.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

interface Report {
  readonly landed: number;
  readonly message: string;
}

const reportOf = async (args: readonly string[], before: readonly string[]) =>
  (await linesOf(startChild("filler.fixture.ts", args, before)).next()).value as Report;

/** A command run in a mount namespace of its own, where `folder` is a disk of `sizeMiB`; the mount ends with the command. */
const onSmallDisk = (folder: string, sizeMiB: number, ...flags: string[]) =>
  ["unshare", ...flags, "sh", "-c", `mount -t tmpfs -o size=${sizeMiB}m dispatch "$0" && exec "$@"`, folder] as const;

/** Only root, or a user who may make namespaces, can mount. */
const namespaces = [["--mount"], ["--user", "--map-root-user", "--mount"]].find((flags) => {
  using folder = tempFolder();
  return runs([...onSmallDisk(folder.path, 1, ...flags), "true"]);
});

test.skipIf(namespaces === undefined)(
  "on a full disk a commit is refused, what landed stays readable, and with room again the next lands",
  async () => {
    using folder = tempFolder();
    mkdirSync(folder.file("disk"));
    const before = onSmallDisk(folder.file("disk"), 3, ...(namespaces ?? []));
    const ballast = ["sh", "-c", `head -c 300000 /dev/zero > "$0" && exec "$@"`, folder.file("disk/ballast")];
    const report = await reportOf([folder.file("disk/d.db"), folder.file("disk/ballast")], [...before, ...ballast]);
    expect(report.landed).toBeGreaterThan(100);
    expect(report).toMatchObject({
      code: "store/unavailable",
      kind: "unavailable",
      whenFull: { count: report.landed, rows: report.landed },
      reopened: { count: report.landed, rows: report.landed },
      next: true,
    });
    expect(report.message).toContain("the disk is full: free some space");
  },
);

test("a file that may not grow refuses a commit; what landed stays, and the next commit finds the room that the log gave back", async () => {
  using folder = tempFolder();
  writeFileSync(folder.file("ballast"), "");
  const limited = ["sh", "-c", `trap '' XFSZ; ulimit -f 1000; exec "$0" "$@"`];
  const report = await reportOf([folder.file("d.db"), folder.file("ballast"), "same-row"], limited);
  expect(report.landed).toBeGreaterThan(20);
  expect(report).toMatchObject({
    code: "store/unavailable",
    kind: "unavailable",
    whenFull: { count: report.landed, rows: 1 },
    reopened: { count: report.landed, rows: 1 },
    next: true,
  });
});

function runs(command: readonly string[]): boolean {
  try {
    return Bun.spawnSync([...command], { stdout: "ignore", stderr: "ignore" }).success;
  } catch {
    return false;
  }
}
