import { basename } from "node:path";

// The one executable of an installation is the server and the terminal client: the name that it is called by decides. Neither loads the other.
if (basename(process.argv0).startsWith("dispatch-server")) await import("./main.ts");
else {
  const { clientPort } = await import("./client-port.ts");
  process.env.BACKEND_PORT ??= clientPort(process.env, process.execPath);
  await import("@dispatch/cli");
}
