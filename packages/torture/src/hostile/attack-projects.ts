import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { walkFiles } from "@dispatch/file-walk";
import { type Attack, sampled, type Trial, tryAll } from "./attack.ts";
import { problemOfCall } from "./judge.ts";
import { type ProjectEntry, projects, shownProject, writeProject } from "./project-files.ts";
import { startWholeServer, type WholeServer } from "./whole-server.ts";

const lanes = 8;
const projectsOfOneServer = 1_000;

/** Folders that somebody else has made: what a conversation makes of them before its model is asked. */
export const attackProjects: Attack = {
  name: "project files",
  cases: { quick: 300, full: 12_000 },
  async run(cases, trial) {
    for (let made = 0; made < cases && !trial.signal.aborted; made += projectsOfOneServer) {
      await using server = await startWholeServer();
      const rows = sampled(projects, trial.seed + made, Math.min(projectsOfOneServer, cases - made));
      let number = made;
      await tryAll(rows, lanes, trial, (entries) => tryProject(server, `p${number++}`, entries, trial));
    }
  },
};

async function tryProject(server: WholeServer, name: string, entries: readonly ProjectEntry[], trial: Trial): Promise<void> {
  const folder = join(server.folder, name);
  await mkdir(folder);
  await writeProject(folder, entries);
  const problem = await problemOfCall(async () => {
    await server.call("cwd.set", { conversationId: name, cwd: folder });
    const { request } = await server.conversations.nextRequest(name, { cwd: folder, signal: server.host.signal });
    if (request.system.includes("root:x:0:0")) throw new Error("a link of the project led to a file outside of it");
    await server.call("lsp.get", { conversationId: name });
    for await (const _ of walkFiles({ start: folder, top: folder, mayEnter: async () => true, signal: server.host.signal })) {
      // Only that the walk comes to its end is asked.
    }
  });
  trial.judged(() => shownProject(entries), problem ?? server.takeDefects());
  await rm(folder, { recursive: true, force: true });
}
