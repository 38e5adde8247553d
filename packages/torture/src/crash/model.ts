import { type Answer, type ModelServer, type ModelServerRequest, startModelServer } from "@dispatch/testkit";
import type { Scene } from "./scene.ts";

/** The model of a scene. Whatever it lists is the same for every server of the scene. */
export function startModel(scene: Scene, before: (request: ModelServerRequest) => Promise<void> = async () => {}): Promise<ModelServer> {
  const listed = { id: "scripted", ...(scene.contextWindow === undefined ? {} : { context_length: scene.contextWindow }) };
  const models: Answer = {
    headers: { "content-type": "application/json" },
    steps: [JSON.stringify({ object: "list", data: [listed] })],
  };
  const script = async (request: ModelServerRequest) => {
    await before(request);
    return scene.answer(request);
  };
  return startModelServer({ script, models });
}
