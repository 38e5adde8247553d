import assert from "node:assert/strict";
import type { ModelPart, Provider } from "@dispatch/kernel";
import { modelRequest } from "./exchange.ts";
import type { Laws } from "./laws.ts";
import { type Answer, inPieces, type ModelServer, type ModelServerOptions, startModelServer } from "./model-server.ts";

/** A provider whose other side is an HTTP server that streams server-sent events, and how that other side speaks. */
export interface HttpProviderUnderTest {
  open(options: HttpProviderOptions): Provider;
  /** A whole answer in text. */
  answer(deltas: readonly string[]): string;
  /** The body of a refusal. */
  refusal(message: string): string;
  /** The body of a list of models. */
  list(ids: readonly string[]): string;
}

export interface HttpProviderOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly idleTimeoutMs: number;
  readonly listTimeoutMs: number;
}

/** What every provider over HTTP must make of a server that misbehaves. No message of any failure holds the key. */
export const httpProviderLaws: Laws<HttpProviderUnderTest> = {
  "text arrives in order, whatever pieces it is delivered in": async (open) => {
    const speech = await open();
    const whole = speech.answer(["Hel", "lo ", "🦉", "!"]);
    for (const size of [1, 7, 61]) {
      const sizes = Array.from({ length: Math.ceil(whole.length / size) }, () => size);
      const parts = await answered(speech, { steps: inPieces(whole, sizes) });
      assert.equal(textOf(parts), "Hello 🦉!");
      assert.equal(parts.at(-1)?.type, "finish");
    }
  },
  "each piece of text is handed on when it comes, not at the end": async (open) => {
    const speech = await open();
    const [first, rest] = halves(speech.answer(["one", "two"]), "one");
    await using server = await startModelServer({ script: [{ steps: [first, "stall"] }, { steps: [first, rest] }] });
    const leaving = new AbortController();
    for await (const part of provided(speech, server).model("m").stream(request, leaving.signal)) {
      if (part.type === "text-delta") break;
    }
    assert.equal(textOf(await asked(speech, server)), "onetwo");
  },
  "an answer that is cut anywhere ends with one unavailable, or was complete": async (open) => {
    const speech = await open();
    const whole = speech.answer(["a", "b"]);
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 24)) {
      for (const cut of [{ steps: [whole.slice(0, at), "cut"] }, { steps: [whole.slice(0, at)] }] satisfies Answer[]) {
        const parts = await answered(speech, cut);
        assert.deepEqual(parts.filter(isEnd), parts.slice(-1), `cut at ${at}`);
        if (parts.at(-1)?.type === "finish") assert.equal(textOf(parts), "ab", `cut at ${at}`);
        else assert.equal(failureOf(parts)?.kind, "unavailable", `cut at ${at}: ${JSON.stringify(parts)}`);
        assert.ok("ab".startsWith(textOf(parts)));
      }
    }
  },
  "silence ends the request after the limit, before the headers and between two pieces": async (open) => {
    const speech = await open();
    const [first] = halves(speech.answer(["one", "two"]), "one");
    for (const steps of [["stall"], [first, "stall"]] as const) {
      await using server = await startModelServer({ script: [{ steps }] });
      const parts = await asked(speech, server, { idleTimeoutMs: 80 });
      assert.equal(failureOf(parts)?.kind, "unavailable");
      await endedByUs(server);
    }
  },
  "an abort ends the HTTP request, before the headers and in the middle": async (open) => {
    const speech = await open();
    const [first] = halves(speech.answer(["one", "two"]), "one");
    for (const steps of [["stall"], [first, "stall"]] as const) {
      await using server = await startModelServer({ script: [{ steps }] });
      const stop = new AbortController();
      const parts = asked(speech, server, {}, stop.signal);
      await server.request(1);
      stop.abort();
      assert.equal(failureOf(await parts)?.kind, "cancelled");
      await endedByUs(server);
    }
  },
  "a consumer that stops early ends the HTTP request": async (open) => {
    const speech = await open();
    const [first] = halves(speech.answer(["one", "two"]), "one");
    await using server = await startModelServer({ script: [{ steps: [first, "stall"] }] });
    for await (const _ of provided(speech, server).model("m").stream(request, new AbortController().signal)) break;
    await endedByUs(server);
  },
  "a refusal becomes the kind of fault that its status says": async (open) => {
    const speech = await open();
    const kinds = {
      400: "invalid",
      401: "denied",
      402: "denied",
      403: "denied",
      404: "invalid",
      413: "invalid",
      429: "limited",
      500: "unavailable",
      503: "unavailable",
      529: "unavailable",
    };
    for (const [status, kind] of Object.entries(kinds)) {
      for (const body of [speech.refusal(`no ${key}`), "", "<html>no</html>", "null", "[1]", '{"error":7}']) {
        const failure = failureOf(await answered(speech, refusing(Number(status), body)));
        assert.equal(failure?.kind, kind, `${status} with ${body}`);
      }
    }
  },
  "a limit tells how long to wait": async (open) => {
    const speech = await open();
    const parts = await answered(speech, {
      ...refusing(429, speech.refusal("slow down")),
      headers: { "content-type": "application/json", "retry-after": "7" },
    });
    const failure = failureOf(parts);
    assert.deepEqual([failure?.kind, failure?.retryAfterMs], ["limited", 7_000]);
  },
  "garbage is unavailable, at the beginning and in the middle, and nothing that follows it is heard": async (open) => {
    const speech = await open();
    const [first, rest] = halves(speech.answer(["one", "two"]), "one");
    for (const garbage of ["data: {not json\n\n", "data: 7\n\n", 'data: {"type":[]}\n\n'])
      for (const before of ["", first]) {
        const parts = await answered(speech, { steps: [before + garbage + rest] });
        assert.deepEqual(parts.filter(isEnd), parts.slice(-1));
        if (failureOf(parts) === undefined) continue;
        assert.equal(failureOf(parts)?.kind, "unavailable", `${garbage} behind ${before.length} characters: ${JSON.stringify(parts)}`);
        assert.ok("one".startsWith(textOf(parts)));
      }
    assert.equal(failureOf(await answered(speech, { steps: ["data: {not json\n\n"] }))?.kind, "unavailable");
  },
  "a success with a page, with JSON or with nothing is no answer": async (open) => {
    const speech = await open();
    const instead = async (body: string, type: string) =>
      failureOf(await answered(speech, { headers: { "content-type": type }, steps: [body] }))?.kind;
    assert.equal(await instead("<!doctype html><title>Sign in</title>", "text/html"), "invalid");
    assert.equal(await instead('{"ok":true}', "application/json"), "unavailable");
    assert.equal(await instead("", "text/event-stream"), "unavailable");
  },
  "a listing that is refused, hangs, is none at all or cannot be reached is a fault": async (open) => {
    const speech = await open();
    const listing = async (models: Answer, listTimeoutMs = 10_000) => {
      await using server = await startModelServer({ script: [], models });
      return await rejection(provided(speech, server, { listTimeoutMs }).listModels(new AbortController().signal));
    };
    assert.equal((await listing(refusing(401, speech.refusal(`bad ${key}`)))).kind, "denied");
    assert.equal((await listing(refusing(503, ""))).kind, "unavailable");
    assert.equal((await listing({ steps: ["stall"] }, 60)).kind, "unavailable");
    for (const steps of [["<html>"], ["{}"], ["null"], ["[]"], ['{"data":7,"models":7}'], ["cut"]] satisfies Answer["steps"][])
      assert.equal((await listing({ steps })).kind, "unavailable", String(steps));
    const nowhere = speech.open({ ...usual, baseUrl: "http://127.0.0.1:1/v1" });
    assert.equal((await rejection(nowhere.listModels(new AbortController().signal))).kind, "unavailable");
    assert.equal(failureOf(await all(nowhere))?.kind, "unavailable");
  },
  "an aborted listing is cancelled": async (open) => {
    const speech = await open();
    await using server = await startModelServer({ script: [], models: { steps: ["stall"] } });
    const stop = new AbortController();
    const listing = rejection(provided(speech, server).listModels(stop.signal));
    stop.abort();
    assert.equal((await listing).kind, "cancelled");
  },
  "of a list, what is no model is left out": async (open) => {
    const speech = await open();
    const list = speech.list(["m-1", "m-2"]).replace("[", '[7,null,{},{"id":""},{"name":7},');
    await using server = await startModelServer({ script: [], models: { steps: [list] } });
    const cards = await provided(speech, server).listModels(new AbortController().signal);
    assert.deepEqual(
      cards.map(({ id }) => id),
      ["m-1", "m-2"],
    );
  },
  "the key goes to the server, and nowhere into a message": async (open) => {
    const speech = await open();
    await using server = await startModelServer({ script: [refusing(401, speech.refusal(`the key ${key} is wrong`))] });
    const failure = failureOf(await asked(speech, server));
    const sent = (await server.request(1)).headers;
    assert.ok(Object.values(sent).some((value) => value?.includes(key)));
    assert.ok(!(await server.request(1)).path.includes(key));
    assert.ok(failure !== undefined && !JSON.stringify(failure).includes(key));
  },
  "any model name is asked for as it is": async (open) => {
    const speech = await open();
    await using server = await startModelServer({ script: () => speech.answer(["a"]) });
    for (const id of ["plain", "vendor/model:free", "with space"]) {
      const parts = await Array.fromAsync(provided(speech, server).model(id).stream(request, new AbortController().signal));
      assert.equal(parts.at(-1)?.type, "finish", id);
    }
  },
};

const key = "sk-a-key-of-the-laws-0123456789";
const usual = { apiKey: key, idleTimeoutMs: 10_000, listTimeoutMs: 5_000 };

const request = modelRequest();

const provided = (speech: HttpProviderUnderTest, server: ModelServer, more: Partial<HttpProviderOptions> = {}): Provider =>
  speech.open({ ...usual, baseUrl: server.url, ...more });

const all = (provider: Provider, signal = new AbortController().signal): Promise<ModelPart[]> =>
  checked(provider.model("m").stream(request, signal));

/** The parts of a stream, none of which may hold the key. */
async function checked(stream: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  const parts = await Array.fromAsync(stream);
  assert.ok(!JSON.stringify(parts).includes(key), "a part holds the key");
  return parts;
}

const asked = (speech: HttpProviderUnderTest, server: ModelServer, more: Partial<HttpProviderOptions> = {}, signal?: AbortSignal) =>
  all(provided(speech, server, more), signal);

async function answered(speech: HttpProviderUnderTest, answer: Answer, models?: ModelServerOptions["models"]): Promise<ModelPart[]> {
  await using server = await startModelServer({ script: [answer], ...(models === undefined ? {} : { models }) });
  return await asked(speech, server);
}

const refusing = (status: number, body: string): Answer => ({ status, headers: { "content-type": "application/json" }, steps: [body] });

async function endedByUs(server: ModelServer): Promise<void> {
  const exchange = await server.request(1);
  await exchange.over;
  assert.ok(exchange.aborted, "the HTTP request goes on");
}

async function rejection(promise: Promise<unknown>): Promise<{ readonly kind?: string }> {
  const thrown: unknown = await promise.then(
    () => assert.fail("it was answered"),
    (reason) => reason,
  );
  assert.ok(!`${thrown} ${JSON.stringify(thrown)}`.includes(key), "a fault holds the key");
  return thrown as { readonly kind?: string };
}

/** An answer, split behind the event that holds this text. */
function halves(answer: string, text: string): readonly [string, string] {
  const end = /\r?\n\r?\n/g;
  end.lastIndex = answer.indexOf(text);
  end.exec(answer);
  return [answer.slice(0, end.lastIndex), answer.slice(end.lastIndex)];
}

const isEnd = (part: ModelPart): boolean => part.type === "finish" || part.type === "error";
const textOf = (parts: readonly ModelPart[]): string => parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");

function failureOf(parts: readonly ModelPart[]) {
  const last = parts.at(-1);
  return last?.type === "error" ? last : undefined;
}
