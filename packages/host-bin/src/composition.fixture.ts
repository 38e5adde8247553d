import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boot, type Extension, type Kernel } from "@dispatch/kernel";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { RecordingLog } from "@dispatch/testkit";
import { HttpAddress } from "@dispatch/transport-http/contract";
import { systemClock } from "./clock.ts";
import { bootOptions } from "./compose.ts";
import { readSettings } from "./settings.ts";

export interface Composition extends AsyncDisposable {
  readonly url: string;
  readonly kernel: Kernel;
  readonly log: RecordingLog;
  /** The server's list of extensions, before anything was left out or added. */
  readonly whole: readonly Extension[];
}

export interface CompositionOptions {
  readonly environment?: { readonly [name: string]: string };
  /** Ids of extensions to leave out. */
  readonly without?: readonly string[];
  /** Further ones, behind the others. */
  readonly others?: readonly Extension[];
  /** By extension id; over what the settings say. */
  readonly config?: { readonly [extensionId: string]: object };
}

/** The server's own composition on any free ports, with its data in a folder of its own, and whatever a test leaves out or adds. */
export async function startComposition(options: CompositionOptions = {}): Promise<Composition> {
  const { environment = {}, without = [], others = [], config = {} } = options;
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-composition-")));
  const settings = { ...readSettings(environment), port: 0, socketPort: 0 };
  const database = await openSqliteStorage({ path: join(folder, "dispatch.db"), durability: "process" });
  const log = new RecordingLog();
  const given = bootOptions(settings, { database, storage: database, clock: systemClock, log, cwd: folder, dataDir: folder });
  const merged = Object.entries({ ...given.config, ...config }).map(([id, own]) => [
    id,
    { ...(given.config[id] ?? {}), ...(own as object) },
  ]);
  const kernel = await boot({
    ...given,
    config: Object.fromEntries(merged.filter(([id]) => !without.includes(id as string))),
    extensions: [...given.extensions.filter(({ id }) => !without.includes(id)), ...others],
  });
  return {
    url: kernel.use(HttpAddress).url,
    kernel,
    log,
    whole: given.extensions,
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
