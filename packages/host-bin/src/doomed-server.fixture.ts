import { FaultInjector } from "@dispatch/testkit";
import { startServer } from "./server.ts";

// The real server on any free port. With KILL_AT_COMMIT=n it kills itself, as a power switch would, `before` or `after` its n-th commit.
const at = Number(process.env.KILL_AT_COMMIT ?? 0);
const when = process.env.KILL_WHEN === "after" ? "after" : "before";
let injector: FaultInjector | undefined;

await startServer({
  environment: process.env,
  cwd: process.cwd(),
  dotenvPath: "/nowhere/.env",
  port: 0,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  decorate(storage) {
    injector = new FaultInjector(storage);
    if (at > 0) injector.arm({ operation: "commit", at, when, act: () => process.kill(process.pid, "SIGKILL") && undefined });
    return injector;
  },
});
// The parent asks how many commits there were.
process.on("SIGUSR2", () => process.stdout.write(`commits ${injector?.counts.commit}\n`));
