import { Database } from "bun:sqlite";
import type { ModelServer } from "@dispatch/testkit";
import { apiOf } from "../api.ts";
import { patiently } from "../patience.ts";
import { databaseIn, startStageServer } from "../server.ts";
import { judge } from "./judge.ts";
import type { Scene } from "./scene.ts";
import type { Testimony } from "./testimony.ts";

/** Starts a server on what another left, and judges it. Gives every sentence that is not true; never rejects. */
export async function takeUp(folder: string, model: ModelServer, scene: Scene, testimony: Testimony): Promise<readonly string[]> {
  try {
    const wrong = await patiently(judged(folder, model, scene, testimony));
    return [...wrong, ...damage(databaseIn(folder))];
  } catch (thrown) {
    return [thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)];
  }
}

async function judged(folder: string, model: ModelServer, scene: Scene, testimony: Testimony): Promise<readonly string[]> {
  await using server = await startStageServer({ folder, modelUrl: model.url, environment: scene.environment ?? {} });
  return await judge(apiOf(server.url), model, scene, testimony);
}

/** Of the closed file. */
function damage(path: string): readonly string[] {
  using db = new Database(path, { readonly: true });
  const said = db.query("PRAGMA integrity_check").values().flat();
  return said.join() === "ok" ? [] : [`the database is damaged: ${said.join()}`];
}
