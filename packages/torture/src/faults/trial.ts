import type { ModelServerRequest } from "@dispatch/testkit";
import { apiOf } from "../api.ts";
import { startModel } from "../crash/model.ts";
import { People } from "../crash/people.ts";
import { newRoom } from "../crash/room.ts";
import { asideId, type Scene } from "../crash/scene.ts";
import { takeUp } from "../crash/take-up.ts";
import { patiently } from "../patience.ts";
import { type StageServer, startStageServer } from "../server.ts";

export interface Trial extends Omit<StageServer, "folder" | "modelUrl"> {
  readonly scene: Scene;
  /** Called when the server stands, before anybody does anything: what arms the fault. */
  readonly arm?: () => void;
  /** Called when the scene is over: what still fails must work again from here on. */
  readonly disarm?: () => void;
  readonly before?: (request: ModelServerRequest) => Promise<void>;
  /** What else must hold at the end, of the server that has seen the fault. */
  readonly hold?: (people: People) => Promise<readonly string[]> | readonly string[];
}

/**
 * Plays a scene on a server in which something fails, and expects three things: nobody hangs, the server answers and runs a turn afterwards, and a
 * server started on what is left holds all that was shown. Gives every sentence that is not true; never rejects.
 */
export async function tryOut(trial: Trial): Promise<readonly string[]> {
  const { scene, arm, disarm, hold, before, ...stage } = trial;
  const wrong: string[] = [];
  await using room = await newRoom();
  let people: People | undefined;
  await using model = await startModel(scene, async (request) => {
    await before?.(request);
    if (people !== undefined) await scene.meanwhile?.(request, people);
  });
  await using healthy = await startModel(scene);
  const environment = { ...stage.environment, ...scene.environment };
  try {
    await using server = await startStageServer({ ...stage, environment, folder: room.folder, modelUrl: model.url });
    using around = await People.around(server.url, server.socketUrl, scene.conversations);
    people = around;
    arm?.();
    await patiently(scene.act(around)).catch((thrown) => wrong.push(`the scene does not end: ${thrown}`));
    disarm?.();
    people = undefined;
    await around.lookAround();
    const answer = await fetch(`${server.url}/health`).then(({ status }) => status);
    if (answer !== 200) wrong.push(`its health is ${answer}`);
    wrong.push(...(await nextTurn(server.url)), ...((await hold?.(around)) ?? []));
    const testimony = around.testimony();
    await server[Symbol.asyncDispose]();
    return [...wrong, ...(await takeUp(room.folder, healthy, { ...scene, environment }, testimony))];
  } catch (thrown) {
    return [...wrong, thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)];
  }
}

/** In another conversation: what one fault has done stays with whom it hit. */
async function nextTurn(url: string): Promise<readonly string[]> {
  const events = await patiently(apiOf(url).chat({ conversationId: asideId, message: "Are you there?" }));
  const done = events.find(({ type }) => type === "done");
  return done?.type === "done" && done.reason === "stop"
    ? []
    : [`another conversation's turn ended by ${JSON.stringify(events.slice(-3))}`];
}
