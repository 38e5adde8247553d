import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ClientFault } from "../client-fault.ts";

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/**
 * The server names the files; none of the names leads out of the folder, and none stands there already. Nothing is written unless all names may be.
 * Faults: `cli/unexpected-answer` (defect), `cli/file-exists` (conflict), `cli/cannot-write` (denied).
 */
export async function writeRecording(
  folder: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<readonly string[]> {
  const wrong = files.find(({ name }) => !namePattern.test(name));
  if (wrong !== undefined)
    throw new ClientFault(
      "defect",
      "cli/unexpected-answer",
      `The server names a file ${JSON.stringify(wrong.name)}, which is not written.`,
    );
  const paths: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, text } of files) {
      const path = join(folder, name);
      await writeFile(path, text, { flag: "wx" });
      paths.push(path);
    }
    return paths;
  } catch (thrown) {
    throw unwritable(folder, thrown);
  }
}

function unwritable(folder: string, thrown: unknown): ClientFault {
  const { code = "", path = folder } = thrown as { readonly code?: string; readonly path?: string };
  if (code === "EEXIST") return new ClientFault("conflict", "cli/file-exists", `${path} is there already. Name another folder with --out.`);
  return new ClientFault("denied", "cli/cannot-write", `${path} cannot be written (${code}). Name another folder with --out.`);
}
