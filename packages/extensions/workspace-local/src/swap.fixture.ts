import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A program of its own that swaps a name for another as fast as it can, until it is killed: `folder` is a folder or a link to the folder
 * outside, `file` is a file or a link to the file outside. Usage: swap.fixture.ts <root> <outside>
 */
const [root = "", outside = ""] = process.argv.slice(2);
const name = (file: string) => join(root, file);

mkdirSync(name("folder-inside/sub"), { recursive: true });
writeFileSync(name("folder-inside/sub/secret.txt"), "harmless");
mkdirSync(join(outside, "sub"));
writeFileSync(join(outside, "sub/secret.txt"), "secret");
process.stdout.write("ready\n");
for (;;) {
  renameSync(name("folder-inside"), name("folder"));
  writeFileSync(name("new-file"), "harmless");
  renameSync(name("new-file"), name("file"));
  renameSync(name("folder"), name("folder-inside"));
  symlinkSync(outside, name("folder"));
  symlinkSync(join(outside, "secret.txt"), name("new-link"));
  renameSync(name("new-link"), name("file"));
  rmSync(name("folder"));
}
