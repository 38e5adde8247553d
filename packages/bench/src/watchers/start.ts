import { bunScript, childEnv, keep } from "../children.ts";
import type { WatchOrder, WatchOutcome } from "./watch-order.ts";

/** Many WebSocket clients in a process of their own. */
export interface Watchers {
  /** One order at a time. Throws when the process died, or it takes longer than `orderMsMax`. */
  watch(order: WatchOrder): Promise<WatchOutcome>;
}

const orderMsMax = 180_000;
const script = new URL("./main.ts", import.meta.url).pathname;

export async function startWatchers(serverUrl: string, count: number): Promise<Watchers> {
  const { hostname, port } = new URL(serverUrl);
  let answer = Promise.withResolvers<unknown>();
  const child = keep(
    Bun.spawn(bunScript(script, hostname, port, String(count)), {
      env: childEnv(),
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (message) => answer.resolve(message),
    }),
  );
  void child.exited.then((code) => answer.reject(new Error(`the process of the watchers ended with ${code}`)));
  await answer.promise;
  return {
    async watch(order) {
      answer = Promise.withResolvers<unknown>();
      const late = setTimeout(() => answer.reject(new Error(`the watchers took longer than ${orderMsMax} ms`)), orderMsMax);
      child.send(order);
      return (await answer.promise.finally(() => clearTimeout(late))) as WatchOutcome;
    },
  };
}
