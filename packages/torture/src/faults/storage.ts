import { storeUnavailable } from "@dispatch/kernel";
import { FaultInjector, type Injection, type StorageOperation } from "@dispatch/testkit";
import { newRoom } from "../crash/room.ts";
import type { Scene } from "../crash/scene.ts";
import { scenes } from "../crash/scenes.ts";
import { startStageServer } from "../server.ts";
import { hastyClock } from "./clocks.ts";
import { type FaultFamily, inOrder, untilNoneFires } from "./family.ts";
import { tryOut } from "./trial.ts";

type Kind = { readonly name: string; readonly operations: readonly StorageOperation[] } & Pick<Injection, "when" | "lasting" | "act">;

const refuse = (sentence: string) => () => {
  throw storeUnavailable(sentence);
};

const busyMs = 30;

/** As `storage-sqlite` tells them: its own tests bring them about with a full file system, a file-size limit and a second program. */
const kinds: readonly Kind[] = [
  { name: "a full disk, from then on", operations: ["commit"], when: "before", lasting: true, act: refuse("the disk is full") },
  { name: "an I/O error", operations: ["commit", "get", "scan"], when: "before", act: refuse("the disk could not be read or written") },
  {
    name: "busy for a while, then refused",
    operations: ["commit"],
    when: "before",
    act: async () => {
      await Bun.sleep(busyMs);
      throw storeUnavailable("another program holds the database");
    },
  },
];

export const storageFaults: FaultFamily = {
  name: "storage",
  async run(campaign) {
    const { quick, tried } = campaign;
    const played = quick ? scenes.slice(0, 1) : scenes.filter(({ name }) => playedNames.includes(name));
    const inScenes = played.flatMap((scene) =>
      kinds.flatMap((kind) =>
        kind.operations.map(
          (operation) => () =>
            untilNoneFires(campaign, { quick: 7 }, async (n) => {
              const { fired, wrong } = await fail(scene, kind, operation, n);
              if (fired) tried(`${scene.name}: ${kind.name}, ${operation} ${n}`, wrong);
              return fired;
            }),
        ),
      ),
    );
    const atStarts = (["commit", "get", "scan"] as const).map(
      (operation) => () =>
        untilNoneFires(campaign, { quick: 20 }, async (n) => {
          const { fired, wrong } = await failBoot(operation, n);
          if (fired) tried(`at the start: ${operation} ${n}`, wrong);
          return fired;
        }),
    );
    for (const run of inOrder([...inScenes, ...atStarts], campaign)) await run();
  },
};

const playedNames = ["tools", "queue and steering", "stop while it streams, with a queue", "compaction on request"];

async function fail(scene: Scene, { when, lasting, act }: Kind, operation: StorageOperation, n: number) {
  let injector: FaultInjector | undefined;
  let fired = false;
  const strike = () => {
    fired = true;
    return act?.();
  };
  const wrong = await tryOut({
    scene,
    clock: hastyClock(20),
    decorate(storage) {
      injector = new FaultInjector(storage);
      return injector;
    },
    arm: () => injector?.arm({ operation, at: n, when, act: strike, ...(lasting === undefined ? {} : { lasting }) }),
    disarm: () => injector?.disarm(),
  });
  return { fired, wrong };
}

/** A start that fails says why in a sentence, or goes on without what failed; the next one works. */
async function failBoot(operation: StorageOperation, n: number): Promise<{ readonly fired: boolean; readonly wrong: readonly string[] }> {
  await using room = await newRoom();
  let fired = false;
  const decorate = (storage: ConstructorParameters<typeof FaultInjector>[0]) => {
    const injector = new FaultInjector(storage);
    const act = () => {
      fired = true;
      throw storeUnavailable("the disk could not be read or written");
    };
    injector.arm({ operation, at: n, when: "before", act });
    return injector;
  };
  const stage = { folder: room.folder, modelUrl: "http://127.0.0.1:9/v1" };
  const wrong: string[] = [];
  try {
    await using server = await startStageServer({ ...stage, decorate });
    const { status } = await fetch(`${server.url}/health`);
    if (status !== 200) wrong.push(`it started, and its health is ${status}`);
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.message === "") wrong.push(`it refused to start by ${String(thrown)}`);
  }
  await using again = await startStageServer(stage);
  const { status } = await fetch(`${again.url}/health`);
  if (status !== 200) wrong.push(`the next start answers ${status}`);
  return { fired, wrong };
}
