import { bunScript, childEnv, keep } from "./children.ts";
import type { ContestantName, Job, Outcome } from "./contestants/contestant.ts";

/** The parent's side of a contestant's process. */
export interface Client {
  /** One job at a time. Throws when a turn of it failed, the process died, or it takes longer than `jobMsMax`. */
  perform(job: Job): Promise<Outcome>;
}

const jobMsMax = 180_000;
/** Bun holds back all but 256 outgoing connections unless told otherwise before it starts. */
const connectionsMax = 4_096;
const script = new URL("./contestants/client-process.ts", import.meta.url).pathname;

export async function startClient(name: ContestantName, url: string): Promise<Client> {
  let answer = Promise.withResolvers<unknown>();
  const child = keep(
    Bun.spawn(bunScript(script, name, url), {
      env: childEnv({ BUN_CONFIG_MAX_HTTP_REQUESTS: String(connectionsMax) }),
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (message) => answer.resolve(message),
    }),
  );
  void child.exited.then((code) => answer.reject(new Error(`the process of ${name} ended with ${code}`)));
  await answer.promise;
  return {
    async perform(job) {
      if (child.exitCode !== null) throw new Error(`the process of ${name} ended with ${child.exitCode}`);
      answer = Promise.withResolvers<unknown>();
      const late = setTimeout(() => answer.reject(new Error(`${name} took longer than ${jobMsMax} ms`)), jobMsMax);
      child.send(job);
      const outcome = (await answer.promise.finally(() => clearTimeout(late))) as Outcome;
      const [failure] = outcome.failures;
      if (failure !== undefined) throw new Error(`${outcome.failures.length} of ${job.streams} turns of ${name} failed: ${failure}`);
      return outcome;
    },
  };
}
