import { asItComes, openSandbox } from "@dispatch/sandbox/fixture";
import { shellProgram, startShell } from "./process.ts";
import { realClock } from "./real-clock.fixture.ts";

/** A program of its own that runs the command it is given, confined, and says when the command has said something. It is there to be killed. */
const sandbox = openSandbox({ clock: realClock, confinement: asItComes });
const context = { conversationId: "c", turnId: "t", toolCallId: "1", root: import.meta.dir };
const order = await sandbox.confine(shellProgram(process.argv[2] ?? "", import.meta.dir), context);
const shell = await startShell(order);
await shell.stdout.getReader().read();
process.stdout.write("ready\n");
await shell.exited;
