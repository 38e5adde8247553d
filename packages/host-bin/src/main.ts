export {};

const usage = `usage: dispatch-server
       dispatch-server collect --help
       dispatch-server traces --help

Starts the Dispatch server. It takes no arguments: settings come from environment variables and from the installation's file: .env beside package.json
or, once installed, /etc/dispatch/env (~/.config/dispatch/env for a single user), or the file that DISPATCH_ENV_FILE names. .env.example lists them.

Signals: SIGTERM and SIGINT take no more turns, let those that run finish (DISPATCH_GRACE_MS), and end; a second one ends at once. SIGHUP reads the
configuration again.
Exit codes: 0 left in order, 1 did not start or did not leave in order, 2 wrong arguments.
`;

const [argument, ...others] = process.argv.slice(2);
if (argument === "--help" || argument === "-h") {
  process.stdout.write(usage);
  process.exit(0);
}
// A collector is a small process: it loads nothing of the server.
if (argument === "collect") await (await import("./collect-command.ts")).collectCommand(others);
if (argument === "traces") await (await import("./traces-command.ts")).tracesCommand(others);
if (argument !== undefined) {
  process.stderr.write(`Error: ${argument} is not understood.\n${usage}`);
  process.exit(2);
}
await (await import("./serve.ts")).serve();
