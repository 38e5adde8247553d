import { cpus, loadavg, release, totalmem } from "node:os";

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly bun: string;
  /** Averages over 1, 5 and 15 minutes before the run: what else the machine was busy with. */
  readonly load: readonly number[];
}

export function machineFacts(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? "unknown",
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    bun: Bun.version,
    load: loadavg().map((value) => Math.round(value * 100) / 100),
  };
}

export const machineLine = (machine: Machine): string =>
  `${machine.cores} cores (${machine.processor}), ${machine.memoryGib} GiB, Linux ${machine.kernel}, Bun ${machine.bun}, load before ${machine.load.join(" ")}`;
