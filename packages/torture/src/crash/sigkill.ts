import { join } from "node:path";
import { type Child, firstLine, startChild } from "../children.ts";
import { patiently } from "../patience.ts";
import type { When } from "./commit-hooks.ts";
import type { Doom } from "./doomed-server.ts";
import { startModel } from "./model.ts";
import { People } from "./people.ts";
import { newRoom } from "./room.ts";
import type { Scene } from "./scene.ts";
import { takeUp } from "./take-up.ts";
import { noTestimony } from "./testimony.ts";

export type Kill = { readonly commit: number; readonly when: When } | { readonly byte: number };

export const nameOf = (kill: Kill): string => ("byte" in kill ? `at byte ${kill.byte}` : `${kill.when} commit ${kill.commit}`);

export interface Survived {
  /** Where it was told to be; otherwise the scene was over before, and the server was killed then. */
  readonly killed: boolean;
  /** Of the model's answers until then. */
  readonly bytesSent: number;
  readonly wrong: readonly string[];
}

/** Plays a scene on a server in a process of its own, which is killed there, and judges a second one on what is left. Gives every sentence that is not true. */
export async function surviveKill(scene: Scene, kill: Kill): Promise<Survived> {
  await using room = await newRoom();
  let people: People | undefined;
  await using model = await startModel(scene, async (request) => {
    if (people !== undefined) await scene.meanwhile?.(request, people);
  });
  const child = takeChild();
  if ("byte" in kill) model.atByte(kill.byte, () => child.kill("SIGKILL"));
  const doom: Doom = {
    folder: room.folder,
    modelUrl: model.url,
    environment: scene.environment ?? {},
    ...("commit" in kill ? { commit: kill.commit, when: kill.when } : {}),
  };
  child.stdin.write(`${JSON.stringify(doom)}\n`);
  child.stdin.flush();
  const met = await meet(child, scene);
  // It died before anybody could see it: what is left must do for a start.
  if (met === undefined) return { killed: true, bytesSent: 0, wrong: await takeUp(room.folder, model, scene, noTestimony) };
  using around = met.people;
  people = around;
  const hangs = await patiently(Promise.race([scene.act(around), child.exited]), () => 0).then(
    () => [],
    (thrown: unknown) => [`the scene does not end: ${thrown}`],
  );
  const killed = !(await isAlive(met.url));
  child.kill("SIGKILL");
  await child.exited;
  // What is still on its way belongs to what was seen.
  await around.gone();
  people = undefined;
  const { bytesSent } = model;
  return { killed, bytesSent, wrong: [...hangs, ...(await takeUp(room.folder, model, scene, around.testimony()))] };
}

async function meet(child: Child, { conversations }: Scene): Promise<{ readonly url: string; readonly people: People } | undefined> {
  try {
    const { url, socketUrl } = JSON.parse(await firstLine(child)) as { readonly url: string; readonly socketUrl: string };
    return { url, people: await People.around(url, socketUrl, conversations) };
  } catch (thrown) {
    const ended = await Promise.race([child.exited.then(() => true), Bun.sleep(1_000).then(() => false)]);
    if (ended && child.signalCode === "SIGKILL") return undefined;
    throw thrown;
  }
}

const isAlive = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Processes that have loaded everything and wait to be told where they live. */
const ready: Child[] = [];
const readyMax = 2;
const program = join(import.meta.dirname, "doomed-server.ts");

function takeChild(): Child {
  while (ready.length < readyMax) ready.push(startChild(program));
  const [child = startChild(program)] = ready.splice(0, 1);
  ready.push(startChild(program));
  return child;
}
