import type { MetricFamily, MetricSource } from "./contract.ts";

/** What the operating system knows of this process. */
export const processNumbers: MetricSource = {
  name: "process",
  read(): readonly MetricFamily[] {
    const { user, system } = process.cpuUsage();
    return [
      {
        name: "process_resident_memory_bytes",
        help: "Memory that the process holds.",
        unit: "bytes",
        type: "gauge",
        samples: [{ value: process.memoryUsage.rss() }],
      },
      {
        name: "process_cpu_seconds",
        help: "Time that the process has spent computing.",
        unit: "seconds",
        type: "counter",
        samples: [{ value: (user + system) / 1_000_000 }],
      },
      {
        name: "process_uptime_seconds",
        help: "How long the process lives.",
        unit: "seconds",
        type: "gauge",
        samples: [{ value: process.uptime() }],
      },
    ];
  },
};
