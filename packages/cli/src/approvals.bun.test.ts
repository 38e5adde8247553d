import { join } from "node:path";
import type { Approval } from "@dispatch/wire";
import { expect, test } from "vitest";
import { repository, runCommand } from "./process.fixture.ts";
import { type Answers, finished, json, lines, ndjson, refusal, serve } from "./server.fixture.ts";

const conversationId = "3f2a9c01-1111-4222-8333-444455556666";
const question: Approval = {
  id: "aaaa1111-1111-4222-8333-444455556666",
  conversationId,
  turnId: "turn-1",
  toolCallId: "t",
  toolName: "run_shell",
  input: { command: "rm -r build\necho done" },
  why: "It runs outside the sandbox.",
  rule: null,
  diff: null,
  grants: "Every rm -r build.",
  scopes: ["once", "always"],
  askedAt: 0,
  expiresAt: 1,
  status: "waiting",
};
const other: Approval = {
  ...question,
  id: "bbbb1111-1111-4222-8333-444455556666",
  toolName: "edit_file",
  input: { path: "a", edits: [] },
  diff: "--- a/a\n+++ b/a\n",
};
const answered = (approval: Approval, status: "allowed" | "denied"): Approval => ({ ...approval, status, answer: { by: "local", at: 1 } });
const lists = { "GET /approvals": () => json({ approvals: [question, other] }) };
const on = (server: { readonly url: string }, ...words: readonly string[]) => runCommand([...words, "--server", server.url]);

test("approvals shows each question with all that it is about, and says when there is none", async () => {
  using server = serve(lists);
  const { stdout } = await on(server, "approvals");
  expect(stdout).toContain("aaaa1111 run_shell | conversation 3f2a9c01 | ");
  expect(stdout).toContain("  It runs outside the sandbox.\n  command:\n  │ rm -r build\n  │ echo done\n");
  expect(stdout).toContain("  With --scope always: Every rm -r build.\n");
  expect(stdout).toContain("  path: a\n  │ --- a/a\n  │ +++ b/a\n");
  using quiet = serve({ "GET /approvals": () => json({ approvals: [] }) });
  expect((await on(quiet, "approvals")).stdout).toBe("Nothing waits for an answer.\n");
});

test("approve and deny answer those that the beginnings of ids name, all in one request", async () => {
  using server = serve({
    ...lists,
    "POST /approvals/answers": ({ body }) => {
      const { answers } = body as { readonly answers: readonly { readonly approvalId: string; readonly allow: boolean }[] };
      const results = answers.map(({ approvalId, allow }) => ({
        approvalId,
        approval: answered(approvalId === question.id ? question : other, allow ? "allowed" : "denied"),
      }));
      return json({ results });
    },
  });
  expect(await on(server, "approve", "aaaa", "bbbb1111", "--scope", "always")).toMatchObject({
    stdout: "aaaa1111 run_shell: allowed by local.\nbbbb1111 edit_file: allowed by local.\n",
    exitCode: 0,
  });
  expect(await on(server, "deny", "aaaa", "--reason", "no")).toMatchObject({
    stdout: "aaaa1111 run_shell: denied by local.\n",
    exitCode: 0,
  });
  expect(server.asked.filter(({ route }) => route.startsWith("POST")).map(({ body }) => body)).toEqual([
    {
      answers: [
        { approvalId: question.id, allow: true, scope: "always" },
        { approvalId: other.id, allow: true, scope: "always" },
      ],
    },
    { answers: [{ approvalId: question.id, allow: false, reason: "no" }] },
  ]);
});

test("an id that names none or several is refused before anything is answered, and a conflict is told with its exit code", async () => {
  const twin = { ...other, id: "aaaa2222-1111-4222-8333-444455556666" };
  using server = serve({
    "GET /approvals": () => json({ approvals: [question, twin] }),
    "POST /approvals/answers": () =>
      json({
        results: [{ approvalId: question.id, fault: { error: "It was denied by ann.", code: "approvals/answered", kind: "conflict" } }],
      }),
  });
  expect(await on(server, "approve", "aaaa")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("2 questions begin with") });
  expect(await on(server, "deny", "cccc")).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("No question whose id begins") });
  expect(server.asked.some(({ route }) => route.startsWith("POST"))).toBe(false);
  expect(await on(server, "approve", "aaaa1")).toMatchObject({ exitCode: 5, stderr: "aaaa1111: It was denied by ann.\n" });
});

/** A turn whose call waits until somebody answers. */
function waitingTurn(more: Answers = {}) {
  const release = Promise.withResolvers<void>();
  const call = { type: "tool-call", stepId: "s", toolCallId: "t", toolName: "run_shell", input: {} };
  const result = { type: "tool-result", stepId: "s", toolCallId: "t", toolName: "run_shell", content: "ok", isError: false };
  const encode = (...events: Parameters<typeof lines>[1]) => new TextEncoder().encode(lines(conversationId, events));
  let isWaiting = true;
  const answer = (status: "allowed" | "denied") => () => {
    isWaiting = false;
    release.resolve();
    return json({ approval: answered(question, status) });
  };
  const server = serve({
    "POST /chat": () =>
      ndjson(
        conversationId,
        new ReadableStream({
          async start(controller) {
            controller.enqueue(encode(call));
            await release.promise;
            controller.enqueue(encode(result, { type: "text-delta", delta: "Done." }, ...finished));
            controller.close();
          },
        }),
      ),
    "GET /approvals": () => json({ approvals: isWaiting ? [question] : [] }),
    [`POST /approvals/${question.id}/allow`]: answer("allowed"),
    [`POST /approvals/${question.id}/deny`]: answer("denied"),
    ...more,
  });
  return { server, release };
}

test("a client that nobody sits at says on stderr that the turn waits, and how to answer, and goes on by itself", async () => {
  const { server, release } = waitingTurn();
  using _ = server;
  const child = Bun.spawn(
    ["sh", join(repository, "bin/bun"), join(repository, "packages/cli/src/main.ts"), "chat", "--text", "hi", "--server", server.url],
    {
      env: { PATH: process.env.PATH },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  let stderr = "";
  for await (const piece of child.stderr) {
    stderr += new TextDecoder().decode(piece);
    if (stderr.includes("dispatch deny aaaa1111.\n")) release.resolve();
  }
  expect(stderr).toContain("The turn waits for an answer:\naaaa1111 run_shell | ");
  expect(stderr).toContain("  │ rm -r build\n");
  expect(stderr).toContain("Answer with dispatch approve aaaa1111, or dispatch deny aaaa1111.\n");
  expect(await child.stdout.text()).toContain("Done.");
  expect(await child.exited).toBe(0);
});

/** On a pseudo-terminal, where each prompt gets the next of the lines. */
async function onTerminal(url: string, typed: readonly string[]): Promise<string> {
  const decoder = new TextDecoder();
  const left = [...typed];
  let text = "";
  let prompts = 0;
  const child = Bun.spawn(
    ["sh", join(repository, "bin/bun"), join(repository, "packages/cli/src/main.ts"), "chat", "--text", "hi", "--server", url],
    {
      env: { PATH: process.env.PATH, TERM: "xterm", NO_COLOR: "1" },
      terminal: {
        cols: 120,
        rows: 24,
        data(terminal, bytes) {
          text += decoder.decode(bytes, { stream: true });
          const seen = text.split("[n]o: ").length - 1;
          for (; prompts < seen; prompts++) {
            const line = left.shift();
            if (line !== undefined) terminal.write(`${line}\n`);
          }
        },
      },
    },
  );
  expect(await child.exited).toBe(0);
  child.terminal?.close();
  return text;
}

test("on a terminal it asks right there; what is no answer is asked again", async () => {
  const { server } = waitingTurn();
  using _ = server;
  const text = await onTerminal(server.url, ["perhaps", "a"]);
  expect(text).toContain("Allow it? [y]es, [a]lways, [n]o: ");
  expect(text).toContain("aaaa1111 run_shell: allowed by local.");
  expect(text).toContain("Done.");
  const answers = server.asked.filter(({ route }) => route.startsWith("POST /approvals"));
  expect(answers).toMatchObject([{ route: `POST /approvals/${question.id}/allow`, body: { scope: "always" } }]);
});

test("no on the terminal denies", async () => {
  const { server } = waitingTurn();
  using _ = server;
  expect(await onTerminal(server.url, ["n"])).toContain("aaaa1111 run_shell: denied by local.");
});

test("answered elsewhere, the question on the terminal is taken back and the turn goes on", async () => {
  let looks = 0;
  const { server, release } = waitingTurn({
    "GET /approvals": () => {
      looks += 1;
      if (looks > 2) release.resolve();
      return json({ approvals: looks > 2 ? [] : [question] });
    },
  });
  using _ = server;
  const text = await onTerminal(server.url, []);
  expect(text).toContain("It was answered elsewhere.");
  expect(text).toContain("Done.");
});

test("an older server without questions is asked once, and its turn is followed as ever", async () => {
  const older = waitingTurn({
    "GET /approvals": () => refusal(404, { error: "No such route.", code: "transport-http/no-route", kind: "missing" }),
  });
  using server = older.server;
  const child = on(server, "chat", "--text", "hi");
  while (!server.asked.some(({ route }) => route === "GET /approvals")) await new Promise((resolve) => setImmediate(resolve));
  older.release.resolve();
  expect(await child).toMatchObject({ exitCode: 0, stderr: "" });
  expect(server.asked.filter(({ route }) => route === "GET /approvals")).toHaveLength(1);
});
