import type { Fault, FaultKind, Message, Model, ModelPart, Schema, Tool, ToolResult, Turn, TurnPorts, Workspace } from "@dispatch/kernel";
import type { Single } from "./play-recording.ts";
import type { RecordedFault, RecordedHead, RecordedMisfit, RecordedPage, RecordedTool } from "./recording.ts";
import { SleeperNames } from "./sleeper-names.ts";
import { Tape } from "./tape.ts";

type Settle<T> = Pick<PromiseWithResolvers<T>, "resolve" | "reject">;
type MakeFault = (kind: FaultKind, code: `${string}/${string}`, message: string) => Fault;

/** A turn and its ports made from a recording. What the loop asks for comes when the recording gives it. */
export class Player {
  readonly turn: Turn;
  readonly ports: TurnPorts;
  readonly #fault: MakeFault;
  readonly #stop = new AbortController();
  readonly #sleepers = new Map<string, () => void>();
  readonly #names = new SleeperNames();
  readonly #calls = new Map<string, Settle<ToolResult> & Pick<Parameters<TurnPorts["callTool"]>[0], "progress">>();
  #starting: string | undefined;
  #part: Settle<IteratorResult<ModelPart>> | undefined;
  #view: Settle<readonly Message[]> | undefined;
  #steering: Settle<Message | undefined> | undefined;

  constructor(head: RecordedHead, pages: readonly RecordedPage[], fault: MakeFault) {
    this.#fault = fault;
    const readings = pages.flatMap((page) => page.readings);
    const clock = new Tape(readings, readings.at(-1) ?? 0);
    const ids = new Tape(
      pages.flatMap((page) => page.ids),
      "unrecorded",
    );
    const randoms = new Tape(
      pages.flatMap((page) => page.randoms),
      0,
    );
    if (head.isAborted) this.#stop.abort();
    const { conversationId, turnId, policy, limits, retry, reasoningEffort, resumed } = head;
    const misfits = pages.flatMap((page) => page.misfits);
    this.turn = {
      conversationId,
      turnId,
      workspace: noWorkspace,
      system: "",
      history: historyWith(pages.flatMap(({ takenCallIds }) => takenCallIds)),
      model: this.#model(head.modelName),
      tools: head.tools.map((tool) => playedTool(tool, misfits, fault)),
      policy,
      limits,
      retry,
      reasoningEffort,
      signal: this.#stop.signal,
      ...(resumed === undefined ? {} : { resumed }),
    };
    this.ports = {
      clock: { now: () => 0, monotonic: () => clock.next(), sleep: (_, signal) => this.#sleep(signal) },
      newId: () => ids.next(),
      random: () => randoms.next(),
      takeSteering: () => asked((settle) => (this.#steering = settle)),
      stepContext: () => asked((settle) => (this.#view = settle)),
      callTool: (call) => this.#call(call),
    };
  }

  /** `false`: nobody waits for it. */
  give(input: Single): boolean {
    switch (input.kind) {
      case "part":
        return this.#givePart((settle) => settle.resolve({ done: false, value: input.part }));
      case "cut":
        return this.#givePart((settle) => settle.resolve({ done: true, value: undefined }));
      case "threw":
        return this.#givePart((settle) => settle.reject(new Error(input.message)));
      case "view":
        return this.#answer(this.#view, [], input.fault, () => (this.#view = undefined));
      case "steering":
        return this.#answer(this.#steering, input.message as Message | undefined, input.fault, () => (this.#steering = undefined));
      case "output":
        this.#calls.get(input.call)?.progress({ stream: input.stream, data: input.data });
        return this.#calls.has(input.call);
      case "result":
        this.#calls
          .get(input.call)
          ?.resolve({ content: [{ type: "text", text: input.text }], ...(input.refused ? { refused: true } : {}) });
        return this.#calls.has(input.call);
      case "failure":
        this.#calls.get(input.call)?.reject(this.#faultOf(input.fault));
        return this.#calls.has(input.call);
      case "wake":
        this.#sleepers.get(input.sleeper)?.();
        return this.#sleepers.delete(input.sleeper);
      case "abort":
        this.#stop.abort();
        return true;
      case "leave":
        return true;
    }
  }

  /** Whatever still waits ends. */
  end(): void {
    this.#stop.abort();
    for (const wake of this.#sleepers.values()) wake();
  }

  #sleep(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sleepers.set(this.#names.next(this.#starting), resolve);
    signal?.addEventListener("abort", () => resolve(), { once: true });
    if (signal?.aborted) resolve();
    return promise;
  }

  #call(call: Parameters<TurnPorts["callTool"]>[0]): Promise<ToolResult> {
    const { promise, resolve, reject } = Promise.withResolvers<ToolResult>();
    this.#calls.set(call.id, { resolve, reject, progress: (output) => call.progress(output) });
    this.#starting = call.id;
    // The tool's own deadline begins with its start; the result is the recording's.
    void call.tool.run(call.input, {} as never);
    this.#starting = undefined;
    return promise;
  }

  #givePart(give: (settle: Settle<IteratorResult<ModelPart>>) => void): boolean {
    const waiting = this.#part;
    this.#part = undefined;
    if (waiting !== undefined) give(waiting);
    return waiting !== undefined;
  }

  #answer<T>(waiting: Settle<T> | undefined, value: T, fault: RecordedFault | undefined, taken: () => void): boolean {
    taken();
    if (fault === undefined) waiting?.resolve(value);
    else waiting?.reject(this.#faultOf(fault));
    return waiting !== undefined;
  }

  #faultOf({ kind, code, message }: RecordedFault): Fault {
    return this.#fault(kind, code, message);
  }

  #model(name: string): Model {
    return {
      name,
      stream: () => {
        let isOver = false;
        const next = (): Promise<IteratorResult<ModelPart>> =>
          isOver
            ? Promise.resolve({ done: true, value: undefined })
            : asked<IteratorResult<ModelPart>>((settle) => (this.#part = settle)).then(noteEnd);
        const noteEnd = (result: IteratorResult<ModelPart>) => {
          isOver = result.done === true || result.value.type === "finish" || result.value.type === "error";
          return result;
        };
        return {
          [Symbol.asyncIterator]: () => ({
            next,
            return: async () => {
              isOver = true;
              return { done: true, value: undefined };
            },
          }),
        };
      },
    };
  }
}

function asked<T>(wait: (settle: Settle<T>) => void): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  wait({ resolve, reject });
  return promise;
}

/** The loop reads of its history which ids are taken, and nothing else. */
const historyWith = (ids: readonly string[]): readonly Message[] => [
  {
    id: "taken",
    role: "assistant",
    parts: ids.map((toolCallId) => ({ chunk: { type: "tool-call", toolCallId, toolName: "", input: null } })),
  },
];

function playedTool([name, effect, timeoutMs]: RecordedTool, misfits: readonly RecordedMisfit[], fault: MakeFault): Tool {
  const known = misfits.filter(({ tool }) => tool === name);
  const schema: Schema["~standard"] = {
    version: 1,
    vendor: "trace-replay",
    validate: (value) => {
      const text = JSON.stringify(value);
      const misfit = known.find(({ input }) => JSON.stringify(input) === text);
      if (misfit?.fault !== undefined) throw fault(misfit.fault.kind, misfit.fault.code, misfit.fault.message);
      return misfit?.issues === undefined ? { value } : { issues: misfit.issues };
    },
    jsonSchema: { input: () => ({}), output: () => ({}) },
  };
  return { name, description: "", input: { "~standard": schema }, effect, timeoutMs, run: () => new Promise<never>(() => {}) };
}

/** Recorded results need none. */
const noWorkspace: Workspace = new Proxy({} as Workspace, {
  get: (_, name) => {
    throw new Error(`A replay has no workspace (${String(name)}).`);
  },
});
