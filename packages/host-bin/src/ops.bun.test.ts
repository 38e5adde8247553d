import { Credentials } from "@dispatch/credential-store/contract";
import { type Extension, type Model, Providers } from "@dispatch/kernel";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { part, ScriptedModel, testExtension } from "@dispatch/testkit";
import { allOps, closeConversation, type Op, setConcurrencyLimit, setSystemPrompt } from "@dispatch/transport-contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Composition, startComposition } from "./composition.fixture.ts";
import { opRequest } from "./op-request.fixture.ts";

const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };

const nowhere = "http://127.0.0.1:1";

interface Server extends Composition {
  readonly registry: OpRegistry;
}

/** Without a model nothing can be asked of it, but everything can be kept. Whatever an op answers is checked against its declaration. */
async function start(model?: () => Model): Promise<Server> {
  const composition = await startComposition({
    without: ["provider-offline"],
    others: model === undefined ? [] : [demoProvider(model)],
    config: {
      "op-registry": { checkOutputs: "all" },
      "throughput-store": { timeZone: "UTC" },
      "local-servers": { ollama: nowhere, llamacpp: nowhere, lmstudio: nowhere },
    },
  });
  return { ...composition, registry: composition.kernel.use(OpRegistry) };
}

/** Each turn gets a model of its own, so that scripts do not run out. */
const demoProvider = (model: () => Model): Extension =>
  testExtension("demo", {
    dependsOn: ["credential-store"],
    activate(host) {
      host.contribute(Providers, { id: "demo", listModels: async () => [{ id: "echo", contextWindow: 8192 }], model });
      host.contribute(Credentials, { name: "demo", providerId: "demo", defaultModel: "echo" });
    },
  });
const sayHello = (): Model => new ScriptedModel([[part.text("hel"), part.text("lo"), part.finish("stop")]]);

/** What an example needs before it holds, by name. */
const fixtures: { readonly [name: string]: () => Promise<Server> } = {
  "no-credentials": () => start(),
  "one-model": () => start(sayHello),
  utc: () => start(),
  async "closed-conversation"() {
    const server = await start();
    await server.registry.call(closeConversation.id, { conversationId: "c1" }, context);
    return server;
  },
  async "one-turn"() {
    const server = await start(sayHello);
    const answer = await fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify({ conversationId: "c1", message: "Hi" }) });
    await answer.text();
    return server;
  },
  async "limited-provider"() {
    const server = await start();
    await server.registry.call(setConcurrencyLimit.id, { providerId: "demo", limit: 2 }, context);
    return server;
  },
  async "stored-template"() {
    const server = await start();
    await server.registry.call(setSystemPrompt.id, { template: "You work in [prompt:cwd]." }, context);
    return server;
  },
};
const open = (given = "no-credentials") => fixtures[given]?.() ?? Promise.reject(new Error(`there is no fixture ${given}`));

test("every declared op is contributed by somebody", async () => {
  await using server = await start();
  const contributed = new Set(server.registry.all().map(({ op }) => op.id));
  expect(allOps.filter(({ id }) => !contributed.has(id)).map(({ id }) => id)).toEqual([]);
});

for (const op of allOps) {
  for (const [index, { given, input, output }] of op.examples.entries()) {
    test(`${op.id}: example ${index + 1} holds over HTTP, and gives the same without a door`, async () => {
      await using server = await open(given);
      const { path, init } = opRequest(op, input as object);
      const answer = await fetch(server.url + path, init);
      expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 200, body: output });
      await using other = await open(given);
      expect(await other.registry.call(op.id, input, context)).toEqual(output);
    });
  }
}

const nasty = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", " ", "../..", "c1", "\0", "%2F", "-1", "1e9", "9".repeat(40), "null", "true", "a".repeat(5_000)),
);

/** Fields that the op knows, each now and then as in its examples. */
function inputsOf(op: Op): fc.Arbitrary<object> {
  const { properties = {} } = z.toJSONSchema(op.input, { io: "input" }) as { properties?: object };
  const fields = Object.keys(properties).map((name) => {
    const sound = op.examples.flatMap(({ input }) =>
      typeof input === "object" && input !== null && name in input ? [Reflect.get(input, name)] : [],
    );
    return [name, fc.oneof(nasty, fc.constantFrom(...sound, "c1", 1))] as const;
  });
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  return fc.tuple(fc.dictionary(fc.string(), nasty, { maxKeys: 2 }), known).map(([more, input]) => ({ ...more, ...input }));
}

test("whatever is asked of an op, the answer is its own or a clear refusal, never a failure of ours", async () => {
  await using server = await start();
  for (const op of allOps) {
    await fc.assert(
      fc.asyncProperty(inputsOf(op), async (input) => {
        const { path, init } = opRequest(op, input);
        const answer = await fetch(server.url + path, init);
        const body = (await answer.json()) as { error?: unknown };
        if (answer.status === 200) return;
        expect([400, 404, 405, 409, 429], `${init.method} ${path}: ${JSON.stringify(body)}`).toContain(answer.status);
        expect(body).toEqual(expect.objectContaining({ error: expect.any(String), code: expect.any(String), kind: expect.any(String) }));
      }),
      { numRuns: 40 },
    );
  }
  expect(server.log.told("request-failed")).toEqual([]);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test("whatever is said to the chat, the answer is a stream that ends or a clear refusal", async () => {
  await using server = await start(sayHello);
  const names = ["message", "conversationId", "model", "cwd", "computerId", "reasoningEffort", "workspaceId", "images"];
  const chats = fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(nasty, fc.constant("a"))])), { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(chats, async (chat) => {
      const answer = await fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify(chat) });
      const text = await answer.text();
      if (answer.status === 200) expect(text).toMatch(/"type":"(turn-sealed|error)"[^\n]*\n$/);
      else expect([answer.status, JSON.parse(text).kind]).toEqual([400, "invalid"]);
    }),
    { numRuns: 200 },
  );
  expect(server.log.told("request-failed")).toEqual([]);
});
