import { rm } from "node:fs/promises";
import { defineTool, type Message, type Storage, say } from "@dispatch/kernel";
import { FaultInjector, Gate, MemoryStorage, part, type ScriptedLine, until } from "@dispatch/testkit";
import type { Chunk, Role } from "@dispatch/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { ActorModel } from "./actor-model.fixture.ts";
import { type Desk, openDesk } from "./desk.fixture.ts";

type Call = { readonly type: "send" | "enqueue" | "stop" | "close" } | { readonly type: "cancel" | "fold"; readonly at: number };
type Action = Call | { readonly type: "step" | "answer" | "fail" | "crash" } | { readonly type: "burst"; readonly calls: readonly Call[] };

const of = <T extends string>(...types: readonly T[]) => fc.record({ type: fc.constantFrom(...types) });
const at = <T extends string>(...types: readonly T[]) => fc.record({ type: fc.constantFrom(...types), at: fc.nat(5) });
const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 6, arbitrary: of("send", "enqueue", "enqueue") },
  { weight: 2, arbitrary: at("cancel", "fold") },
  { weight: 2, arbitrary: of("stop", "close") },
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: call },
  { weight: 5, arbitrary: of("step", "answer", "fail", "crash") },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("burst" as const), calls: fc.array(call, { minLength: 2, maxLength: 5 }) }) },
);

const look = defineTool({
  name: "look",
  description: "Looks.",
  input: z.object({ at: z.string() }),
  effect: "read",
  timeoutMs: 1_000,
  run: async (input) => say(input.at),
});

/** A server whose model waits before it says anything, so that what happens between two requests is known. */
class Stage {
  readonly #disk = new MemoryStorage();
  readonly #requests: { readonly gate: Gate; readonly lines: ScriptedLine[] }[] = [];
  #injector = new FaultInjector(this.#disk);
  #answered = 0;
  desk!: Desk;

  async boot(): Promise<void> {
    this.#injector = new FaultInjector(this.#disk);
    this.#requests.length = 0;
    this.#answered = 0;
    const answer = () => {
      const gate = new Gate();
      const lines: ScriptedLine[] = [gate];
      this.#requests.push({ gate, lines });
      return lines;
    };
    this.desk = await openDesk({ answers: Array.from({ length: 100 }, () => answer), tools: [look], storage: this.#injector as Storage });
  }

  /** Resolves when the model has been asked and waits. */
  async waiting(): Promise<void> {
    await until(() => this.#requests.length > this.#answered);
    await this.#requests[this.#answered]?.gate.reached;
  }

  say(...lines: readonly ScriptedLine[]): void {
    const request = this.#requests[this.#answered++];
    request?.lines.push(...lines);
    request?.gate.open();
  }

  /** The request that waits, if any, was ended. */
  forget(): void {
    this.#answered = this.#requests.length;
  }

  /** From one moment on nothing is stored any more, whatever the old process still does. */
  async crash(): Promise<Desk> {
    const dead = this.desk;
    this.#injector.arm({ operation: "commit", at: 1, when: "before", lasting: true, act: () => new Promise(() => {}) });
    await this.boot();
    return dead;
  }
}

const brief = (role: Role, chunk: Chunk): string => {
  switch (chunk.type) {
    case "tool-call":
      return `${role} ${(chunk.input as { readonly at: string }).at}`;
    case "tool-result":
      return `${role} ${chunk.content}`;
    case "error":
      return `${role} ${chunk.code === "session-orchestrator/interrupted" ? "interrupted" : chunk.message}`;
    default:
      return `${role} ${"text" in chunk ? chunk.text : chunk.type}`;
  }
};
const briefView = (messages: readonly Message[]) => messages.flatMap(({ role, parts }) => parts.map(({ chunk }) => brief(role, chunk)));

class Trial {
  readonly #stage = new Stage();
  readonly #model = new ActorModel();
  readonly #dead: Desk[] = [];
  #words = 0;

  async run(actions: readonly Action[]): Promise<void> {
    await this.#stage.boot();
    try {
      for (const next of actions) {
        await this.#do(next);
        await this.#compare();
      }
    } finally {
      await this.#stage.desk[Symbol.asyncDispose]();
      for (const { folder } of this.#dead) await rm(folder, { recursive: true });
    }
  }

  async #do(next: Action): Promise<void> {
    const { isActive } = this.#model;
    switch (next.type) {
      case "burst":
        await Promise.all(next.calls.map((each) => this.#call(each)));
        return;
      case "crash":
        this.#dead.push(await this.#stage.crash());
        this.#model.crash();
        return;
      case "step": {
        if (!isActive) return;
        const word = this.#word();
        this.#stage.say(part.call(word, "look", { at: word }), part.finish("tool-calls"));
        return this.#model.step(word);
      }
      case "answer":
      case "fail": {
        if (!isActive) return;
        const word = this.#word();
        this.#stage.say(...(next.type === "answer" ? [part.text(word), part.finish("stop")] : [part.error("denied", word)]));
        return this.#model.end(word);
      }
      default:
        await this.#call(next);
    }
  }

  /** What the model says must be said before the next call is made: calls made at once apply in the order they were made. */
  async #call(next: Call): Promise<void> {
    const { conversations } = this.#stage.desk;
    switch (next.type) {
      case "send": {
        const text = this.#word();
        const accepted = this.#model.send(text);
        const sent = conversations.submit({ conversationId: "c", text }).then(
          ({ events }) => {
            events[Symbol.dispose]();
            return true;
          },
          (thrown: { readonly code: string }) => (thrown.code === "session-orchestrator/turn-running" ? false : Promise.reject(thrown)),
        );
        expect(await sent).toBe(accepted);
        return;
      }
      case "enqueue": {
        const text = this.#word();
        const startedTurn = this.#model.enqueue(text);
        const queue = [...this.#model.queue];
        const told = await conversations.enqueue("c", text);
        expect([told.startedTurn, told.queue.map((queued) => queued.text)]).toEqual([startedTurn, queue]);
        return;
      }
      case "cancel": {
        const text = this.#model.queue[next.at] ?? "none";
        const messageId = this.#ids.get(text) ?? "none";
        const cancelled = messageId !== "none" && this.#model.cancel(text);
        expect((await conversations.cancelQueued("c", messageId)).cancelled).toBe(cancelled);
        return;
      }
      case "stop":
      case "close": {
        const abortedTurn = this.#model[next.type]();
        expect(await conversations[next.type]("c")).toEqual({ abortedTurn });
        if (abortedTurn) this.#stage.forget();
        return;
      }
      case "fold": {
        const id = this.#viewIds[next.at];
        if (id === undefined) return;
        const summary = this.#word();
        this.#viewIds = [];
        this.#model.fold(next.at + 1, summary);
        await conversations.fold("c", { summary, upToMessageId: id });
        return;
      }
    }
  }

  #ids = new Map<string, string>();
  #viewIds: readonly string[] = [];

  async #compare(): Promise<void> {
    const { conversations, log } = this.#stage.desk;
    const model = this.#model;
    if (model.isActive) await this.#stage.waiting();
    else await conversations.settled("c", 10_000, new AbortController().signal);
    const queue = await conversations.queue("c");
    const view = await conversations.view("c");
    this.#ids = new Map(queue.map(({ id, text }) => [text, id]));
    this.#viewIds = view.map(({ id }) => id);
    const chunks = await log.chunks("c", {});
    expect({
      log: chunks.map(({ role, chunk }) => brief(role, chunk)),
      seqs: chunks.map(({ seq }) => seq),
      view: briefView(view),
      queue: queue.map(({ text }) => text),
      status: (await log.record("c"))?.status ?? "none",
      isActive: conversations.isActive("c"),
      sealed: (await log.metrics("c")).length,
    }).toEqual({
      log: model.log,
      seqs: model.log.map((_, index) => index + 1),
      view: model.view,
      queue: model.queue,
      status: model.status,
      isActive: model.isActive,
      sealed: model.sealed,
    });
  }

  #word(): string {
    return `w${this.#words++}`;
  }
}

test("any order of sends, queueing, cancels, stops, closes, folds and crashes leaves what the rules say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), (actions) => new Trial().run(actions)),
    { numRuns: 100 },
  );
}, 60_000);
