import { startStageServer } from "../server.ts";
import { type When, withCommitHook } from "./commit-hooks.ts";

/** What the parent sends as one line. Without `commit` the parent kills. */
export interface Doom {
  readonly folder: string;
  readonly modelUrl: string;
  readonly environment: { readonly [name: string]: string };
  readonly commit?: number;
  readonly when?: When;
}

// A server of its own process, which kills itself as a power switch would, before or after its n-th commit. Everything is loaded before it is told where
// it lives, so that the parent can have one ready.
for await (const line of console) {
  const { commit, when, ...stage } = JSON.parse(line) as Doom;
  let commits = 0;
  const hook = async (now: When) => {
    if (now === "before") commits += 1;
    if (commits === commit && now === when) process.kill(process.pid, "SIGKILL");
  };
  const server = await startStageServer({ ...stage, decorate: (storage) => withCommitHook(storage, hook) });
  console.log(JSON.stringify({ url: server.url, socketUrl: server.socketUrl }));
}
