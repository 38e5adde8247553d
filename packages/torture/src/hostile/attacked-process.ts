import { onStage, repositoryRoot, residentBytes, type Server } from "@dispatch/bench";
import { type CpuClock, cpuOf, patience } from "../patience.ts";
import type { Trial } from "./attack.ts";
import { trySecondLife } from "./second-life.ts";

/** A real server process with a model that talks, and what is owed by it whatever is sent. */
export interface AttackedProcess {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** What it has had of the CPUs. */
  readonly cpu: CpuClock;
  /** What is wrong with it; `undefined` when it is well. */
  illness(): Promise<string | undefined>;
  /** Ends it, and looks at what it has left through another. */
  secondLife(trial: Trial): Promise<void>;
}

/** What the server may hold at most while it is attacked. */
export const residentBytesMax: number = 600 * 1024 * 1024;

export const serverEntry: string = `${repositoryRoot}/packages/host-bin/src/main.ts`;

/** `command`: what starts the server, where that is not as usual. */
export function onAttackedProcess(act: (attacked: AttackedProcess) => Promise<void>, command?: readonly string[]): Promise<void> {
  return onStage({ rounds: 1, serverEntry }, async (stage) => {
    const folder = await stage.folder();
    const server = await stage.server(folder, command);
    const cpu = cpuOf(server.pid);
    await act({
      url: server.url,
      port: Number(new URL(server.url).port),
      folder,
      cpu,
      illness: () => illnessOf(server, folder, cpu),
      secondLife: (trial) => trySecondLife(stage, server, folder, trial),
    });
  });
}

/** Stacks are written down only where we are wrong ourselves. */
const stackInLog = /error\.stack=|\n\s+at \S/;

async function illnessOf({ url, pid }: Server, folder: string, cpu: CpuClock): Promise<string | undefined> {
  using waiting = patience(cpu);
  try {
    const { status } = await fetch(`${url}/health`, { signal: waiting.signal });
    if (status !== 200) return `its health is ${status}`;
  } catch (thrown) {
    return `it is gone, or does not answer: ${thrown}; it said ${(await Bun.file(`${folder}/server.log`).text()).slice(-2_000)}`;
  }
  const said = await Bun.file(`${folder}/server.log`).text();
  const stack = said.search(stackInLog);
  if (stack >= 0) return `it journaled a failure of its own: ${said.slice(Math.max(0, stack - 500), stack + 1_500)}`;
  const bytes = residentBytes(pid);
  return bytes > residentBytesMax ? `it holds ${Math.round(bytes / 2 ** 20)} MiB of memory` : undefined;
}
