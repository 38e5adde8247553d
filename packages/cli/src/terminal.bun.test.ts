import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./process.fixture.ts";
import { finished, json, serve, turn } from "./server.fixture.ts";
import { message, smallTurn, traced } from "./trace/traces.fixture.ts";

const id = "3f2a9c01-1111-4222-8333-444455556666";

/** The client on a pseudo-terminal; resolves to all that the terminal got. */
async function onTerminal(words: readonly string[], { env = {}, cols = 80, onText = (_text: string) => {} } = {}): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const child = Bun.spawn(["sh", join(repository, "bin/bun"), join(repository, "packages/cli/src/main.ts"), ...words], {
    env: { PATH: process.env.PATH, TERM: "xterm", ...env },
    terminal: {
      cols,
      rows: 24,
      data(_terminal, bytes) {
        text += decoder.decode(bytes, { stream: true });
        onText(text);
      },
    },
  });
  expect(await child.exited).toBe(0);
  child.terminal?.close();
  return text;
}

test("on a terminal there are colours, and escape sequences of the model are shown instead of obeyed", async () => {
  using server = serve({
    "POST /chat": () =>
      turn(
        id,
        { type: "text-delta", delta: "\u001b]0;owned\u0007\u001b[2Jhello" },
        { type: "tool-result", stepId: "s", toolCallId: "t", toolName: "sh\u001b[1A", content: "\u001b[31mred\rok", isError: false },
        ...finished,
      ),
  });
  const text = await onTerminal(["a/b", "--text", "hi", "--server", server.url]);
  expect(text).toContain("␛]0;owned␇␛[2Jhello\r\n");
  expect(text).toContain("\u001b[2m[tool:sh␛[1A] ␛[31mred␍ok\r\n");
  expect(text).not.toContain("\u001b]0;");
});

test("what a traced prompt, span or name holds of escape sequences is shown too", async () => {
  const hostile = { system: "\u001b]0;owned\u0007", tools: "[]", messages: [message("m", "user\u001b[1A", "\u001b[2Jhello")] };
  await using folder = await traced(smallTurn("turn-1", [hostile]));
  const text = await onTerminal(["trace", "prompt", "turn-1", "--db", folder.db]);
  expect(text).toContain("␛]0;owned␇\r\n");
  expect(text).toContain("message 1 user␛[1A");
  expect(text).toContain("␛[2Jhello\r\n");
  for (const obeyed of ["\u001b]", "\u001b[2J", "\u001b[1A"]) expect(text).not.toContain(obeyed);
  expect(await onTerminal(["trace", "turn-1", folder.db])).toContain("\u001b[36m- turn\u001b[39m 2.3s");
});

test("NO_COLOR takes the colours away, and nothing else", async () => {
  using server = serve({
    "GET /conversations": () =>
      json({ conversations: [{ id, createdAt: 0, lastActivityAt: Date.now(), title: "Plans", status: "idle", workspaceId: "default" }] }),
  });
  expect(await onTerminal(["list", "--server", server.url])).toContain("\u001b[36m3f2a9c01\u001b[39m | Plans");
  expect(await onTerminal(["list", "--server", server.url], { env: { NO_COLOR: "1" } })).toBe("3f2a9c01 | Plans | just now\r\n");
});

test("a spinner moves while the server is silent, and leaves nothing behind", async () => {
  const spun = Promise.withResolvers<void>();
  using server = serve({ "POST /chat": () => spun.promise.then(() => turn(id, { type: "text-delta", delta: "hello" }, ...finished)) });
  const text = await onTerminal(["a/b", "--text", "hi", "--server", server.url], {
    env: { NO_COLOR: "1" },
    cols: 20,
    onText: (sofar) => sofar.includes("⠹") && spun.resolve(),
  });
  expect(text).toContain("\r\u001b[2K⠹ waiting for the s\r\u001b[2K");
  expect(text).toContain("\r\u001b[2Khello\r\n\r\n[conversation] ");
});
