import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelServer, textAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startServer } from "./server.ts";

interface Throughput {
  readonly start: number;
  readonly end: number;
  readonly models: readonly { readonly model: string; readonly turns: number; readonly tokensPerSecond: number }[];
}

interface Usage {
  readonly models: readonly { readonly turnCounts: readonly number[] }[];
  readonly days: readonly unknown[];
}

test("every turn counts, whatever door it came through, and is there after a restart", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-throughput-")));
  await using model = await startModelServer({ script: () => textAnswer(["One ", "two ", "three."]) });
  const start = () =>
    startServer({
      environment: {
        DISPATCH_API_KEY: "a-key-of-the-tests",
        DISPATCH_BASE_URL: model.url,
        DISPATCH_MODEL: "scripted",
        DISPATCH_DB: join(folder, "dispatch.db"),
        DISPATCH_LOG_LEVEL: "error",
      },
      cwd: folder,
      dotenvPath: join(folder, "none"),
      port: 0,
      print() {},
      complain() {},
    });
  const today = Temporal.Now.plainDateISO().toString();
  const read = async (url: string, query: string) => (await (await fetch(`${url}/metrics/throughput?${query}`)).json()) as Throughput;
  try {
    {
      await using server = await start();
      await (await fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify({ message: "Hi" }) })).text();
      await fetch(`${server.url}/conversations/c2/queue`, { method: "POST", body: JSON.stringify({ text: "Hi" }) });
      await fetch(`${server.url}/conversations/c2/last`);
      const socket = new WebSocket(server.socketUrl);
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      const sealed = new Promise<void>((resolve) =>
        socket.addEventListener("message", ({ data }) => {
          if (String(data).includes("turn-sealed")) resolve();
        }),
      );
      socket.send(JSON.stringify({ type: "chat.send", message: "Hi", conversationId: "c3" }));
      await sealed;
      socket.close();
      const day = await read(server.url, `period=day&date=${today}`);
      expect(day.models).toMatchObject([{ model: "opencode/scripted", turns: 3, tokensPerSecond: expect.any(Number) }]);
      expect(day.start <= Date.now() && Date.now() < day.end).toBe(true);
    }
    await using server = await start();
    for (const query of [`period=day&date=${today}`, `period=week&date=${today}`, `period=month&date=${today.slice(0, 7)}`])
      expect(await read(server.url, query), query).toMatchObject({ models: [{ model: "opencode/scripted", turns: 3 }] });
    const usage = (await (await fetch(`${server.url}/metrics/usage?period=day&date=${today}`)).json()) as Usage;
    expect(usage.models).toMatchObject([{ model: "opencode/scripted", turns: 3, failedTurns: 0, outputTokens: expect.any(Number) }]);
    expect(usage.models[0]?.turnCounts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(usage.days).toMatchObject([{ date: today, turns: 3 }]);
    expect((await fetch(`${server.url}/metrics/throughput?period=day`)).status).toBe(400);
    expect((await fetch(`${server.url}/metrics/throughput?date=${today}`)).status).toBe(400);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
