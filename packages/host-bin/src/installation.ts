import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fault } from "@dispatch/kernel";
import type { ConfigurationSource } from "./configuration.ts";

export interface Installation extends ConfigurationSource {
  /** The variables are a copy, made by the service manager when it started this process. */
  readonly isCopy: boolean;
  /** Absolute. Absent: there is no web client, as in a checkout where none was built. */
  readonly webFolder?: string;
}

export interface Place {
  readonly environment: { [name: string]: string | undefined };
  /** The compiled executable; absent when the server runs from its sources. */
  readonly executable?: string;
  /** Of the repository, for a server that runs from its sources. */
  readonly root: string;
}

/**
 * Where this installation keeps its configuration; the current folder has no say. In this order: `DISPATCH_ENV_FILE`; the credential `env` of the
 * service manager; `.env` of the repository; for an executable below the home folder `~/.config/dispatch`, for any other `/etc/dispatch`.
 * Takes the service manager's variable out of the environment. Faults: `host-bin/bad-env-file` (invalid).
 */
export function installationOf(place: Place): Installation {
  const { executable, root } = place;
  const webFolder = executable === undefined ? join(root, "packages/web/dist") : join(dirname(executable), "../share/dispatch/web");
  return { ...configurationOf(place), ...(existsSync(join(webFolder, "index.html")) ? { webFolder } : {}) };
}

function configurationOf({ environment, executable, root }: Place): Omit<Installation, "webFolder"> {
  const { DISPATCH_ENV_FILE: chosen = "", CREDENTIALS_DIRECTORY: credentials = "", HOME: home = "" } = environment;
  delete environment.CREDENTIALS_DIRECTORY;
  if (chosen !== "") return { dotenvPath: existing(chosen), isCopy: false };
  if (executable === undefined) return { dotenvPath: join(root, ".env"), isCopy: false };
  const isOwn = home.startsWith("/") && home !== "/" && executable.startsWith(`${home}/`);
  const configFolder = isOwn ? join(environment.XDG_CONFIG_HOME || join(home, ".config"), "dispatch") : "/etc/dispatch";
  const copy = join(credentials, "env");
  if (credentials.startsWith("/") && existsSync(copy)) return { dotenvPath: copy, configFolder, isCopy: true };
  return { dotenvPath: join(configFolder, "env"), configFolder, isCopy: false };
}

function existing(path: string): string {
  if (path.startsWith("/") && existsSync(path)) return path;
  const problem = path.startsWith("/") ? "which is not there" : "which begins at the current folder";
  throw fault(
    "invalid",
    "host-bin/bad-env-file",
    `DISPATCH_ENV_FILE names ${path}, ${problem}. Give the whole path of a file with NAME=value lines.`,
  );
}
