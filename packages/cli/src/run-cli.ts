import { createApi } from "./api.ts";
import { asClientFault, type ClientFault, usageFault } from "./client-fault.ts";
import type { Command, Context } from "./command.ts";
import { chatWith } from "./commands/chat.ts";
import { commands } from "./commands.ts";
import { exitCodes } from "./exit-code.ts";
import { commandHelp, usage } from "./help.ts";
import { createHttp } from "./http.ts";
import { nearest } from "./nearest.ts";
import { parseArgs } from "./parse-args.ts";
import type { Screen } from "./screen.ts";
import { serverAddresses } from "./server-address.ts";
import { version } from "./version.ts";

/** The process around the client, without the process. */
export type World = Omit<Context, "api">;

/** Resolves to the exit code. Never rejects: what goes wrong is told on stderr. */
export async function runCli(words: readonly string[], world: World): Promise<number> {
  await using screen = world.screen;
  try {
    return await run(words, world);
  } catch (thrown) {
    const fault = asClientFault(thrown);
    await tell(fault, words.includes("--json"), screen);
    return exitCodes[fault.kind];
  }
}

async function run([first, ...rest]: readonly string[], world: World): Promise<number> {
  const print = async (text: string) => {
    await world.screen.write({ text });
    return 0;
  };
  if (first === undefined || first === "--help" || first === "-h") return print(usage(commands));
  if (first === "--version") return print(`dispatch ${version}\n`);
  const outer = findCommand(first);
  const inner = outer.within?.find(({ name }) => name === `${first} ${rest[0]}`);
  const command = inner ?? outer;
  const parsed = parseArgs(command, inner === undefined ? rest : rest.slice(1));
  if (parsed.help) return print(commandHelp(command));
  const http = createHttp({
    addresses: serverAddresses(parsed.args.values.server, world.env),
    signal: world.signal,
    ...(world.env.DISPATCH_TOKEN === undefined ? {} : { token: world.env.DISPATCH_TOKEN }),
  });
  return command.run(parsed.args, { ...world, api: createApi(http, world.signal) });
}

/** The first word decides: a command, or with a `/` the name of a model. */
function findCommand(first: string): Command {
  const command = commands.find(({ name }) => name === first);
  if (command !== undefined) return command;
  if (first.startsWith("-")) throw usageFault(`Begin with a command or a model name, not with "${first}". See dispatch --help.`);
  if (first.includes("/")) return chatWith(first);
  const known = commands.map(({ name }) => name);
  throw usageFault(
    `dispatch has no command "${first}". Did you mean "${nearest(first, known)}"? A model's name has a "/" in it. See dispatch --help.`,
  );
}

async function tell(fault: ClientFault, json: boolean, screen: Screen): Promise<void> {
  if (fault.kind === "cancelled" && fault.code.startsWith("cli/")) return;
  const text = json ? JSON.stringify(fault.body()) : `${fault.code === "cli/usage" ? "Error" : "Fatal"}: ${fault.message}`;
  await screen.write({ text: `${text}\n`, to: "stderr", tone: "bad", ownLine: true });
}
