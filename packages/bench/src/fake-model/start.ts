import { bunScript, childEnv, keep } from "../children.ts";

const script = new URL("./main.ts", import.meta.url).pathname;

/** Starts the fake model server. Answers its base URL, as an OpenAI-compatible client wants it. */
export async function startFakeModel(): Promise<string> {
  const ready = Promise.withResolvers<{ readonly port: number }>();
  const child = keep(
    Bun.spawn(bunScript(script), { env: childEnv(), stdio: ["ignore", "inherit", "inherit"], ipc: (message) => ready.resolve(message) }),
  );
  void child.exited.then((code) => ready.reject(new Error(`the fake model ended with ${code}`)));
  return `http://127.0.0.1:${(await ready.promise).port}/v1`;
}
