import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Answer,
  callItem,
  contentEnd,
  contentPart,
  type ModelServer,
  messageEnd,
  messageItem,
  messageStart,
  messagesAnswer,
  reasoningItem,
  redactedBlock,
  responseEnd,
  responseStart,
  startModelServer,
  textAnswer,
  textBlock,
  thinkingBlock,
  toolCallAnswer,
  toolUseBlock,
} from "@dispatch/testkit";
import type { AgentEvent, TurnMetrics } from "@dispatch/wire";
import { expect, test } from "vitest";
import { eventsOf, startApi } from "./api.fixture.ts";
import { startServerProcess } from "./server-process.fixture.ts";

interface Talk extends AsyncDisposable {
  /** One turn with this model; every event of it. */
  chat(model: string, message: string): Promise<readonly AgentEvent[]>;
  post(path: string): Promise<unknown>;
  /** The server's process is killed, and another takes over its data. `between` is called while there is none. */
  restart(between?: () => void): Promise<void>;
}

/** One conversation with real server processes, one after another, over the same database. */
async function talk(environment: { readonly [name: string]: string }): Promise<Talk> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-providers-")));
  await writeFile(join(folder, "note.txt"), "remember the milk\n");
  const start = () => startServerProcess(folder, { DISPATCH_DB: join(folder, "dispatch.db"), SURFACE_WS_PORT: "", ...environment });
  let server = await start();
  return {
    async chat(model, message) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${server.url}/chat`, {
        method: "POST",
        headers,
        body: JSON.stringify({ conversationId: "c", model, message }),
      });
      return eventsOf(await response.text());
    },
    post: async (path) => (await fetch(`${server.url}${path}`, { method: "POST" })).json(),
    async restart(between) {
      await server[Symbol.asyncDispose]();
      between?.();
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What was asked, as the provider read it. */
async function bodies<T>(server: ModelServer): Promise<readonly T[]> {
  return server.requests.map(({ body }) => body as T);
}
const call = JSON.stringify({ path: "note.txt" });
const replies = (events: readonly AgentEvent[]) => events.map((event) => (event.type === "text-delta" ? event.delta : "")).join("");

interface MessagesBody {
  readonly system: readonly object[];
  readonly tools: readonly object[];
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly type: string }[] }[];
  readonly thinking?: object;
  readonly output_config?: object;
}
const asking =
  messageStart() + thinkingBlock(0, ["Which ", "note?"], "signed-1") + redactedBlock(1, "hidden-1") + textBlock(2, ["I look."]);
const claudeAsks = asking + toolUseBlock(3, "toolu_1", "read_file", call) + messageEnd("tool_use");
const claudeThoughts = [
  { type: "thinking", thinking: "Which note?", signature: "signed-1" },
  { type: "redacted_thinking", data: "hidden-1" },
  { type: "text", text: "I look." },
  { type: "tool_use", id: "toolu_1", name: "read_file", input: { path: "note.txt" } },
];

test("Claude's signed and hidden thoughts go back unchanged, in the next step, in the next turn and after a crash", async () => {
  await using claude = await startModelServer({ script: [claudeAsks, messagesAnswer(["Milk."]), messagesAnswer(["Again."])] });
  const environment = { DISPATCH_CLAUDE_CREDENTIAL_KEY: "k", DISPATCH_ANTHROPIC_BASE_URL: claude.url };
  await using conversation = await talk(environment);
  expect(replies(await conversation.chat("claude/claude-opus-4-7", "What do I need?"))).toBe("I look.Milk.");
  await conversation.restart();
  expect(replies(await conversation.chat("claude/claude-opus-4-7", "And again?"))).toBe("Again.");
  const [, second, third] = await bodies<MessagesBody>(claude);
  for (const body of [second, third]) expect(body?.messages[1]?.content).toEqual(claudeThoughts);
  expect(third).toMatchObject({ thinking: { type: "adaptive" }, output_config: { effort: "high" } });
});

test("a turn that its process did not survive goes on with the thoughts of its finished steps", async () => {
  const half: Answer = { steps: [messageStart() + thinkingBlock(0, ["So, "], "signed-2"), "stall"] };
  await using claude = await startModelServer({ script: [claudeAsks, half, messagesAnswer(["Milk."])] });
  await using conversation = await talk({ DISPATCH_CLAUDE_CREDENTIAL_KEY: "k", DISPATCH_ANTHROPIC_BASE_URL: claude.url });
  const broken = conversation.chat("claude/claude-opus-4-7", "What do I need?").catch(() => []);
  await claude.request(2);
  await conversation.restart();
  await broken;
  const { body } = await claude.request(3);
  const { messages } = body as MessagesBody;
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  expect(messages[1]?.content).toEqual(claudeThoughts);
});

test("each request to Claude is a byte-equal prefix of the next, up to its cache marks", async () => {
  await using claude = await startModelServer({ script: [claudeAsks, messagesAnswer(["Milk."]), messagesAnswer(["Again."])] });
  await using api = await startApi([], { DISPATCH_CLAUDE_CREDENTIAL_KEY: "k", DISPATCH_ANTHROPIC_BASE_URL: claude.url });
  for (const message of ["What do I need?", "And again?"])
    await api.chat({ conversationId: "c", model: "claude/claude-opus-4-7", message });
  const asked = await bodies<MessagesBody>(claude);
  const unmarked = (value: unknown) => JSON.stringify(value, (key, inner) => (key === "cache_control" ? undefined : inner));
  for (const [index, { system, tools, messages }] of asked.slice(0, -1).entries()) {
    const next = asked[index + 1];
    expect([JSON.stringify(next?.system), JSON.stringify(next?.tools)]).toEqual([JSON.stringify(system), JSON.stringify(tools)]);
    expect(unmarked(next?.messages).startsWith(unmarked(messages).slice(0, -1))).toBe(true);
  }
});

test("a prompt read from Claude's cache counts whole, and what was cached of it beside", async () => {
  const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 1_000, cacheWriteTokens: 200 };
  await using claude = await startModelServer({ script: [messagesAnswer(["Hi."], usage)] });
  await using api = await startApi([], { DISPATCH_CLAUDE_CREDENTIAL_KEY: "k", DISPATCH_ANTHROPIC_BASE_URL: claude.url });
  await api.chat({ conversationId: "c", model: "claude/claude-opus-4-7", message: "Hi" });
  const { body } = await api.get<{ readonly turns: readonly TurnMetrics[] }>("/conversations/c/metrics");
  expect(body.turns[0]?.usage).toEqual({
    inputTokens: 1_210,
    outputTokens: 5,
    cacheReadTokens: 1_000,
    cacheWriteTokens: 200,
  });
});

interface ResponsesBody {
  readonly input: readonly { readonly type?: string; readonly role?: string }[];
  readonly store: boolean;
  readonly include: readonly string[];
  readonly reasoning: object;
}
const gptAsks =
  responseStart() +
  reasoningItem(0, "rs_1", ["Which note?", "That one."], "encrypted-1") +
  messageItem(1, "msg_1", ["I look."]) +
  callItem(2, "fc_1", "call_1", "read_file", call) +
  responseEnd();
const gptSays = responseStart() + reasoningItem(0, "rs_2", [], "encrypted-2") + messageItem(1, "msg_2", ["Milk."]) + responseEnd();

test("OpenAI's encrypted reasoning goes back unchanged, in the next step, in the next turn and after a crash, and nothing is stored there", async () => {
  await using gpt = await startModelServer({ script: [gptAsks, gptSays, gptSays] });
  await using conversation = await talk({ OPENAI_API_KEY: "k", DISPATCH_OPENAI_BASE_URL: gpt.url });
  expect(replies(await conversation.chat("openai/gpt-5.2", "What do I need?"))).toBe("I look.Milk.");
  await conversation.restart();
  await conversation.chat("openai/gpt-5.2", "And again?");
  const [first, second, third] = await bodies<ResponsesBody>(gpt);
  expect(first).toMatchObject({ store: false, include: ["reasoning.encrypted_content"], reasoning: { effort: "high" } });
  const summary = ["Which note?", "That one."].map((text) => ({ type: "summary_text", text }));
  const thought = { type: "reasoning", id: "rs_1", encrypted_content: "encrypted-1", summary };
  for (const body of [second, third]) {
    const from = body?.input.findIndex(({ type }) => type === "reasoning") ?? -1;
    expect(body?.input.slice(from, from + 3)).toMatchObject([thought, { role: "assistant" }, { type: "function_call", call_id: "call_1" }]);
  }
  expect(third?.input.filter(({ type }) => type === "reasoning")).toEqual([
    thought,
    { type: "reasoning", id: "rs_2", encrypted_content: "encrypted-2", summary: [] },
  ]);
  expect(JSON.stringify(third?.input)).not.toContain("item_reference");
});

interface ContentBody {
  readonly contents: readonly { readonly role: string; readonly parts: readonly object[] }[];
  readonly generationConfig: { readonly thinkingConfig: object };
}
const geminiAsks =
  contentPart({ text: "Which note?", thought: true }) +
  contentPart({ text: "I look." }) +
  contentPart({ functionCall: { name: "read_file", args: { path: "note.txt" } }, thoughtSignature: "signed-call" }) +
  contentEnd("STOP");
const geminiSays = contentPart({ text: "Milk." }) + contentPart({ text: "", thoughtSignature: "signed-text" }) + contentEnd("STOP");

test("Gemini's signatures go back with the parts that they came with, in the next step, in the next turn and after a crash", async () => {
  await using gemini = await startModelServer({ script: [geminiAsks, geminiSays, geminiSays] });
  await using conversation = await talk({ GEMINI_API_KEY: "k", DISPATCH_GOOGLE_BASE_URL: gemini.url });
  expect(replies(await conversation.chat("google/gemini-3-pro-preview", "What do I need?"))).toBe("I look.Milk.");
  await conversation.restart();
  await conversation.chat("google/gemini-3-pro-preview", "And again?");
  const [first, second, third] = await bodies<ContentBody>(gemini);
  expect(first?.generationConfig.thinkingConfig).toEqual({ includeThoughts: true, thinkingLevel: "high" });
  for (const body of [second, third])
    expect(body?.contents[1]?.parts).toMatchObject([
      { text: "Which note?", thought: true },
      { text: "I look." },
      { functionCall: { name: "read_file", args: { path: "note.txt" } }, thoughtSignature: "signed-call" },
    ]);
  expect(third?.contents[3]?.parts).toEqual([{ text: "Milk.", thoughtSignature: "signed-text" }]);
});

test("nothing that one provider gave is handed to another, not even to another account of the same service", async () => {
  const answers = { claude: claudeAsks, gpt: gptAsks, gemini: geminiAsks };
  const secrets = ["signed-1", "hidden-1", "encrypted-1", "rs_1", "msg_1", "fc_1", "signed-call"];
  await using claude = await startModelServer({ script: [answers.claude, messagesAnswer(["a"])] });
  await using gpt = await startModelServer({ script: [answers.gpt, gptSays] });
  await using gemini = await startModelServer({ script: [answers.gemini, geminiSays] });
  await using other = await startModelServer({ script: () => messagesAnswer(["b"]) });
  await using plain = await startModelServer({ script: () => textAnswer(["c"]) });
  const folder = await mkdtemp(join(tmpdir(), "dispatch-other-"));
  const config = join(folder, "dispatch.toml");
  await writeFile(config, `[[credentials]]\nname = "other"\nprovider = "anthropic"\nkeyEnv = "OTHER_KEY"\nbaseUrl = "${other.url}"\n`);
  await using conversation = await talk({
    DISPATCH_CONFIG: config,
    OTHER_KEY: "k",
    DISPATCH_CLAUDE_CREDENTIAL_KEY: "k",
    DISPATCH_ANTHROPIC_BASE_URL: claude.url,
    OPENAI_API_KEY: "k",
    DISPATCH_OPENAI_BASE_URL: gpt.url,
    GEMINI_API_KEY: "k",
    DISPATCH_GOOGLE_BASE_URL: gemini.url,
    DISPATCH_API_KEY: "k",
    DISPATCH_BASE_URL: plain.url,
  });
  for (const model of ["claude/claude-opus-4-7", "openai/gpt-5.2", "google/gemini-3-pro-preview", "other/claude-opus-4-7", "opencode/m"])
    expect((await conversation.chat(model, `Ask ${model}`)).at(-1)?.type).toBe("turn-sealed");
  const sent = async (server: ModelServer, own: readonly string[]) => {
    const text = JSON.stringify(await bodies(server));
    return secrets.filter((secret) => text.includes(secret) && !own.includes(secret));
  };
  expect(await sent(claude, ["signed-1", "hidden-1"])).toEqual([]);
  expect(await sent(gpt, ["encrypted-1", "rs_1", "msg_1", "fc_1"])).toEqual([]);
  expect(await sent(gemini, ["signed-call"])).toEqual([]);
  expect(await sent(other, [])).toEqual([]);
  expect(await sent(plain, [])).toEqual([]);
  expect([other.requests.length, plain.requests.length]).toEqual([1, 1]);
  await rm(folder, { recursive: true });
});

test("a thought that was cut does not spoil the conversation: the next request leaves it out", async () => {
  const half = (answer: string, text: string): Answer => ({
    // What is cut off at once may take with it what came right before.
    steps: [answer.slice(0, answer.indexOf("\n\n", answer.indexOf(text)) + 2), { pauseMs: 100 }, "cut"],
  });
  await using gpt = await startModelServer({ script: [half(gptAsks, "Which note?"), gptSays] });
  await using claude = await startModelServer({ script: [half(claudeAsks, "signed-1"), messagesAnswer(["Milk."])] });
  await using conversation = await talk({
    OPENAI_API_KEY: "k",
    DISPATCH_OPENAI_BASE_URL: gpt.url,
    DISPATCH_CLAUDE_CREDENTIAL_KEY: "k",
    DISPATCH_ANTHROPIC_BASE_URL: claude.url,
  });
  for (const [model, server] of [
    ["openai/gpt-5.2", gpt],
    ["claude/claude-opus-4-7", claude],
  ] as const) {
    expect((await conversation.chat(model, "One")).some(({ type }) => type === "error")).toBe(true);
    expect(replies(await conversation.chat(model, "Two"))).toBe("Milk.");
    const sent = JSON.stringify((await bodies(server))[1]);
    for (const secret of ["rs_1", "signed-1", "Which note?"]) expect(sent).not.toContain(secret);
  }
});

test("a model server of this machine is found on request, and its models are asked after a restart", async () => {
  await using ollama = await startModelServer({ script: [textAnswer(["Hi."]), textAnswer(["Hi."])], models: ["llama"] });
  const nowhere = "http://127.0.0.1:1";
  await using conversation = await talk({
    DISPATCH_OLLAMA_URL: ollama.url,
    DISPATCH_LLAMACPP_URL: nowhere,
    DISPATCH_LMSTUDIO_URL: nowhere,
  });
  expect(ollama.lists).toBe(0);
  expect(await conversation.post("/models/local")).toEqual({
    found: [{ credential: "ollama", baseUrl: ollama.url, models: ["ollama/llama"] }],
    missing: ["llamacpp", "lmstudio"],
  });
  expect(replies(await conversation.chat("ollama/llama", "Hi"))).toBe("Hi.");
  let lists = 0;
  await conversation.restart(() => {
    lists = ollama.lists;
  });
  expect(ollama.lists).toBe(lists);
  expect(replies(await conversation.chat("ollama/llama", "Hi"))).toBe("Hi.");
});

test("every provider runs tools and limits how often it is asked by what its server says", async () => {
  const limited: Answer = {
    status: 429,
    headers: { "retry-after": "0", "content-type": "application/json" },
    steps: ['{"error":{"message":"slow"}}'],
  };
  const askChat = toolCallAnswer([{ id: "1", name: "read_file", arguments: call }]);
  const turns = [
    ["claude/claude-opus-4-7", claudeAsks, messagesAnswer(["Milk."]), "DISPATCH_ANTHROPIC_BASE_URL", "DISPATCH_CLAUDE_CREDENTIAL_KEY"],
    ["openai/gpt-5.2", gptAsks, gptSays, "DISPATCH_OPENAI_BASE_URL", "OPENAI_API_KEY"],
    ["google/gemini-3-pro-preview", geminiAsks, geminiSays, "DISPATCH_GOOGLE_BASE_URL", "GEMINI_API_KEY"],
    ["umans/umans-coder", askChat, textAnswer(["Milk."]), "UMANS_BASE_URL", "UMANS_API_KEY"],
  ] as const;
  for (const [model, asks, says, urlName, keyName] of turns) {
    await using server = await startModelServer({ script: [limited, asks, says] });
    await using api = await startApi([], { [urlName]: server.url, [keyName]: "k" });
    await writeFile(join(api.folder, "note.txt"), "remember the milk\n");
    const events = await api.chat({ model, message: "What do I need?" });
    expect(events.filter(({ type }) => type === "provider-retry")).toHaveLength(1);
    expect(events.find(({ type }) => type === "tool-result")).toMatchObject({
      isError: false,
      content: expect.stringContaining("remember the milk"),
    });
    expect(events.find(({ type }) => type === "done")).toMatchObject({ type: "done" });
    expect(JSON.stringify(server.requests[2]?.body)).toContain("remember the milk");
  }
});
