import type { Surface } from "./contract.ts";

export interface FollowerPorts {
  /** Runs a task until its disposable is disposed; a failure of the task is journaled and ends it. */
  spawn(name: string, task: (signal: AbortSignal) => Promise<void>): Disposable;
  changed(surface: Surface, conversationId: string | undefined): void;
}

/**
 * Gives a function that takes the surfaces there are now, and listens to the changes of exactly those. One whose changes fail is no longer
 * live, and is still read.
 */
export function followSurfaces({ spawn, changed }: FollowerPorts): (surfaces: readonly Surface[]) => void {
  const followed = new Map<Surface, Disposable>();
  return (surfaces) => {
    for (const [surface, task] of followed) {
      if (surfaces.includes(surface)) continue;
      followed.delete(surface);
      task[Symbol.dispose]();
    }
    for (const surface of surfaces) {
      if (followed.has(surface)) continue;
      const task = spawn(`changes of ${surface.id}`, async (signal) => {
        for await (const conversationId of surface.changes(signal)) changed(surface, conversationId);
      });
      followed.set(surface, task);
    }
  };
}
