import { join } from "node:path";
import { type Server, startServer } from "@dispatch/host-bin";
import type { Clock, Extension, Storage } from "@dispatch/kernel";

export interface StageServer {
  /** Holds the data and is the folder that conversations work in. */
  readonly folder: string;
  readonly modelUrl: string;
  readonly environment?: { readonly [name: string]: string };
  readonly decorate?: (storage: Storage) => Storage;
  readonly clock?: Clock;
  readonly further?: readonly Extension[];
}

/** What every server of the campaign is told: one scripted model, its data in its own folder, nothing written to the journal. */
export const environmentOf = ({ folder, modelUrl, environment = {} }: StageServer): { [name: string]: string } => ({
  DISPATCH_API_KEY: "k",
  DISPATCH_BASE_URL: modelUrl,
  DISPATCH_MODEL: "scripted",
  DISPATCH_DB: databaseIn(folder),
  DISPATCH_JOURNAL: "/dev/null",
  DISPATCH_LOG_LEVEL: "error",
  ...environment,
});

export const databaseIn = (folder: string): string => join(folder, "data", "dispatch.db");

/** The whole server in this process, on any free ports. */
export function startStageServer(stage: StageServer): Promise<Server> {
  const { decorate, clock, further } = stage;
  return startServer({
    environment: environmentOf(stage),
    cwd: stage.folder,
    dotenvPath: join(stage.folder, "none"),
    port: 0,
    print() {},
    complain() {},
    ...(decorate === undefined ? {} : { decorate }),
    ...(clock === undefined ? {} : { clock }),
    ...(further === undefined ? {} : { further }),
  });
}
