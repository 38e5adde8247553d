import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killAll } from "./children.ts";
import { type Client, startClient } from "./client.ts";
import type { ContestantName } from "./contestants/contestant.ts";
import { startFakeModel } from "./fake-model/start.ts";
import { fromSource, type Server, startServer } from "./server.ts";
import { startWatchers, type Watchers } from "./watchers/start.ts";

/** What a workload finds: a fake model, room on the disk, and the means to start the contestants. Nothing of it outlives the workload. */
export interface Stage {
  readonly rounds: number;
  readonly modelUrl: string;
  /** A fresh folder. */
  folder(): Promise<string>;
  server(folder: string, command?: readonly string[]): Promise<Server>;
  /** A contestant in a process of its own. */
  client(name: ContestantName, url: string): Promise<Client>;
  clients(server: Server): Promise<Clients>;
  /** As many WebSocket clients, in one process of their own. */
  watchers(server: Server, count: number): Promise<Watchers>;
}

export interface Clients {
  readonly floor: Client;
  readonly streamText: Client;
  readonly dispatch: Client;
}

export interface StageOptions {
  readonly rounds: number;
  readonly serverEntry: string;
}

const roots = new Set<string>();

/** Ends every process and removes every folder of whatever workload is under way. */
export async function clearStage(): Promise<void> {
  await killAll();
  for (const root of roots) rmSync(root, { recursive: true, force: true });
  roots.clear();
}

export async function onStage<Result>({ rounds, serverEntry }: StageOptions, act: (stage: Stage) => Promise<Result>): Promise<Result> {
  const root = await mkdtemp(join(tmpdir(), "dispatch-bench-"));
  roots.add(root);
  try {
    const modelUrl = await startFakeModel();
    return await act({
      client: startClient,
      rounds,
      modelUrl,
      folder: () => mkdtemp(join(root, "room-")),
      server: (folder, command = fromSource(serverEntry)) => startServer({ command, modelUrl, folder }),
      watchers: ({ url }, count) => startWatchers(url, count),
      async clients({ url }) {
        const [floor, streamText, dispatch] = await Promise.all([
          startClient("floor", modelUrl),
          startClient("streamText", modelUrl),
          startClient("dispatch", url),
        ]);
        return { floor, streamText, dispatch };
      },
    });
  } finally {
    await clearStage();
  }
}
