import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

export const repository = resolve(import.meta.dirname, "../../..");

/**
 * This machine's own root with a layer in memory above it, thrown away at the end: what a step writes is written nowhere else. Bun is put where a build
 * looks for one, so that nothing is fetched. `copy FOLDER PLACE` and `run FOLDER COMMAND` are steps in it; `$root` is where it stands.
 */
const scratchRoot = `set -eu
work=$1
mount -t tmpfs -o size=2g scratch "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$work/root"
root=$work/root
for folder in proc dev; do mount --rbind "/$folder" "$root/$folder"; done
cp "$2" "$root/usr/local/bin/bun"
copy() { mkdir -p "$root$2"; tar -C "$1" --exclude-from="$1/.containerignore" -cf - . | tar -C "$root$2" -xf -; }
run() { chroot "$root" sh -ec "mkdir -p '$1'; cd '$1'; $2" >&2; }
`;

/** A command that makes a scratch root and takes these steps in it; the root lives as long as the command does. */
export async function inScratchRoot(script: string): Promise<readonly string[]> {
  const work = await realpath(await mkdtemp(join(tmpdir(), "dispatch-scratch-")));
  onTestFinished(() => rm(work, { recursive: true, force: true }));
  return ["unshare", "-m", "sh", "-c", `${scratchRoot}\n${script}`, "sh", work, process.execPath];
}

async function canMake(): Promise<boolean> {
  if (Bun.which("unshare") === null || process.getuid?.() !== 0) return false;
  const folder = await mkdtemp(join(tmpdir(), "dispatch-scratch-"));
  const command = ["unshare", "-m", "sh", "-c", `${scratchRoot} chroot "$root" true`, "sh", folder, process.execPath];
  const { exitCode } = Bun.spawnSync(command, { stdout: "ignore", stderr: "ignore" });
  await rm(folder, { recursive: true });
  return exitCode === 0;
}
/** It takes root, and a kernel that lets it layer file systems. */
export const hasScratchRoots: boolean = await canMake();
