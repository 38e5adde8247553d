import type { Server, Stage } from "@dispatch/bench";
import { exportFormats } from "@dispatch/transport-contract";
import { cpuOf, patience } from "../patience.ts";
import type { Trial } from "./attack.ts";
import { problemOfAnswer } from "./judge.ts";

/** What hostile clients have left must be readable by whoever comes after them: the server is killed, another takes its data, and everything is asked for. */
export async function trySecondLife(stage: Stage, first: Server, folder: string, trial: Trial): Promise<void> {
  await first.kill();
  const { url, pid } = await stage.server(folder);
  const read = async (path: string): Promise<unknown> => {
    using waiting = patience(cpuOf(pid));
    const answer = await fetch(url + path, { signal: waiting.signal });
    const text = await answer.text();
    trial.judged(() => `${path} after a restart`, problemOfAnswer(answer.status, text));
    return answer.status === 200 ? JSON.parse(text) : {};
  };
  for (const path of ["/workspaces", "/models", "/retention", "/system-prompt", "/doctor", "/concurrency/limits"]) await read(path);
  const { conversations = [] } = (await read("/conversations")) as { conversations?: readonly { readonly id: string }[] };
  for (const { id } of conversations.slice(0, conversationsMax)) {
    const base = `/conversations/${encodeURIComponent(id)}`;
    for (const path of ["", "/metrics", "/status", "/queue", "/model", "/cwd", "/thinking"]) await read(base + path);
    for (const format of exportFormats) await read(`${base}/export?format=${format}`);
  }
}

const conversationsMax = 100;
