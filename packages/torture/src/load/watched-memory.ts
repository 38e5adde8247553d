import { loadavg } from "node:os";
import { cpuSeconds, residentBytes, type Server } from "@dispatch/bench";
import { growthPerMinute, median, type Reading } from "./slope.ts";

/** Reads a server's memory at even distances until it is told to stop. */
export interface WatchedMemory {
  stop(): MemoryReport;
}

export interface MemoryReport {
  readonly readings: readonly Reading[];
  /** Of the readings behind the warm-up. */
  readonly medianBytes: number;
  readonly growthBytesPerMinute: number;
  /** CPUs that the server has kept busy, and that its clients have: of what the machine has. */
  readonly serverCpus: number;
  readonly clientCpus: number;
  readonly loadAverage: number;
}

const everyMs = 1_000;

export function watchMemory({ pid }: Pick<Server, "pid">, warmUpMs: number): WatchedMemory {
  const startedMs = performance.now();
  const before = { server: cpuSeconds(pid), own: process.cpuUsage() };
  const readings: Reading[] = [];
  const timer = setInterval(() => readings.push({ atMs: performance.now() - startedMs, value: residentBytes(pid) }), everyMs);
  return {
    stop() {
      clearInterval(timer);
      const seconds = (performance.now() - startedMs) / 1_000;
      const { user, system } = process.cpuUsage(before.own);
      const warm = readings.filter(({ atMs }) => atMs >= warmUpMs);
      return {
        readings,
        medianBytes: median(warm.map(({ value }) => value)),
        growthBytesPerMinute: growthPerMinute(warm),
        serverCpus: (cpuSeconds(pid) - before.server) / seconds,
        clientCpus: (user + system) / 1e6 / seconds,
        loadAverage: loadavg()[0] ?? 0,
      };
    },
  };
}
