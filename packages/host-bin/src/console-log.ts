import type { Attributes, Log, LogLevel } from "@dispatch/kernel";

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** One line a message: `warn  conversation-store  msg  key=value`. Spans are for journals and show nowhere here. The least level may change. */
export function consoleLog(write: (line: string) => void, least: () => LogLevel, extensionId = "host-bin"): Log {
  const line =
    (level: LogLevel) =>
    (msg: string, attributes: Attributes = {}) => {
      if (order.indexOf(level) < order.indexOf(least())) return;
      const details = Object.entries(attributes).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
      write(`${level.padEnd(5)} ${extensionId}: ${msg}${details.join("")}\n`);
    };
  return {
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    span: () => ({ spanId: "", end() {} }),
    named: (id) => consoleLog(write, least, id),
  };
}
