import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fault } from "@dispatch/kernel";
import { parseDotenv } from "../dotenv.ts";
import { loadFiles } from "../installation-files.ts";
import { type CredentialsFile, keyVariablesOf } from "../settings.ts";
import { withVariables } from "./env-file.ts";

/** A file of settings that the server would start with. */
export interface SettingsFile {
  readonly path: string;
  /** Empty for one that is not there. */
  readonly text: string;
  readonly values: ReadonlyMap<string, string>;
  readonly credentials: CredentialsFile;
}

/** Faults: those of the server at its start, for lines that are malformed or name no setting: such a file is somebody's work, and is left as it is. */
export function readSettingsFile(path: string): SettingsFile {
  const credentials = loadFiles(path, {});
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return { path, text, values: parseDotenv(text).values, credentials };
}

export interface Written {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly same: readonly string[];
}

/**
 * Sets variables and leaves the rest byte for byte. The file takes its place at once, readable for its owner alone, who stays the same. Nothing is written
 * where nothing changes. Faults: those of `withVariables`; `host-bin/unknown-setting` (invalid) before anything is written; `host-bin/unwritable` (denied).
 */
export function setVariables(file: SettingsFile, changes: ReadonlyMap<string, string>, template = ""): Written {
  const names = [...changes.keys()];
  const same = names.filter((name) => file.values.get(name) === changes.get(name));
  const added = names.filter((name) => !file.values.has(name));
  const changed = names.filter((name) => !same.includes(name) && !added.includes(name));
  if (changed.length + added.length > 0) {
    const differing = new Map([...changes].filter(([name]) => !same.includes(name)));
    replace(file.path, withVariables(file.text === "" ? template : file.text, differing));
  }
  return { changed, added, same };
}

export const keysOfFile = ({ credentials }: SettingsFile): readonly string[] => keyVariablesOf(credentials);

function replace(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const place = existsSync(path) ? realpathSync(path) : path;
    const beside = join(dirname(place), `.${basename(place)}.${process.pid}.new`);
    try {
      writeNew(beside, text, existsSync(place) ? statSync(place) : undefined);
      renameSync(beside, place);
    } finally {
      rmSync(beside, { force: true });
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw fault("denied", "host-bin/unwritable", `${path} cannot be written (${why}). Run it as the file's owner, or name another file.`, {
      cause,
    });
  }
}

function writeNew(path: string, text: string, owner: { readonly uid: number; readonly gid: number } | undefined): void {
  // Never there with more rights, and never through somebody's link.
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  chmodSync(path, 0o600);
  if (owner !== undefined && process.getuid?.() === 0) chownSync(path, owner.uid, owner.gid);
}
