import { resolve } from "node:path";
import { Fault } from "@dispatch/kernel";
import { startServer } from "./server.ts";

const usage = `usage: dispatch-server

Starts the Dispatch server. It takes no arguments: settings come from environment variables and from .env beside package.json;
.env.example lists them.
`;

const [argument] = process.argv.slice(2);
if (argument === "--help" || argument === "-h") {
  process.stdout.write(usage);
  process.exit(0);
}
if (argument !== undefined) {
  process.stderr.write(`Error: ${argument} is not understood.\n${usage}`);
  process.exit(2);
}

try {
  const server = await startServer({
    environment: process.env,
    cwd: process.cwd(),
    dotenvPath: resolve(import.meta.dir, "../../../.env"),
    print: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
  });
  let leaving = false;
  const leave = async () => {
    // The second time, at once.
    if (leaving) process.exit(1);
    leaving = true;
    await server[Symbol.asyncDispose]();
    process.exit(0);
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (thrown: unknown) =>
      process.stderr.write(`error ${event}: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`),
    );
} catch (thrown) {
  process.stderr.write(`${whyNotStarted(thrown)}\n`);
  process.exit(1);
}

/** A failed boot lists its failures itself, each with kind and code. */
function whyNotStarted(thrown: unknown): string {
  if (!Fault.is(thrown)) return String(thrown instanceof Error ? thrown.stack : thrown);
  if (thrown.code === "kernel/boot-failed") return thrown.message;
  return `Dispatch did not start: ${thrown.message} (${thrown.kind}, ${thrown.code})`;
}
