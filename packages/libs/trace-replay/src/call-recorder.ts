import type { Fault, PendingCall, StepSettled, Tool, ToolResult, Turn, TurnPorts } from "@dispatch/kernel";
import type { ToolCallEvent } from "@dispatch/wire";
import type { InputGate } from "./input-gate.ts";
import type { RecordingSheet } from "./recording-sheet.ts";

/** As often as one id of a model may have been written in a conversation. */
const idCopiesMax = 10_000;

interface Surroundings {
  readonly sheet: RecordingSheet;
  readonly gate: InputGate;
  readonly asFault: (thrown: unknown) => Fault;
}

/** The tool calls of a turn: what they give, as the loop reads it, and why some did not run. */
export class CallRecorder {
  readonly #tools: readonly Tool[];
  readonly #ports: TurnPorts;
  readonly #surroundings: Surroundings;
  readonly #texts = new Map<string, string>();
  readonly #ids = new Set<string>();
  /** Ids as the model wrote them, of calls still to be told. */
  #heard: string[] = [];
  /** Of the running step: told and not begun. */
  #waiting: ToolCallEvent[] = [];
  #starting: string | undefined;

  constructor(turn: Turn, ports: TurnPorts, surroundings: Surroundings) {
    this.#tools = turn.tools;
    this.#ports = ports;
    this.#surroundings = surroundings;
  }

  /** The call whose tool starts right now. */
  get starting(): string | undefined {
    return this.#starting;
  }

  textOf(id: string): string | undefined {
    return this.#texts.get(id);
  }

  /** The model wrote a call. */
  heard(id: string): void {
    this.#heard.push(id);
  }

  /** The loop tells a call, under an id that is free in the conversation: what the history must have held besides, for it to come to this one, is noted. */
  told(event: ToolCallEvent): void {
    this.#waiting.push(event);
    const base = this.#heard.shift() || "call";
    for (let id = base, copy = 2; id !== event.toolCallId && copy < idCopiesMax; id = `${base}_${copy++}`) {
      if (!this.#ids.has(id)) this.#surroundings.sheet.takenCallId(id);
      this.#ids.add(id);
    }
    this.#ids.add(event.toolCallId);
  }

  async call(call: PendingCall): Promise<ToolResult> {
    const { sheet, gate, asFault } = this.#surroundings;
    const { id } = call;
    this.#waiting = this.#waiting.filter(({ toolCallId }) => toolCallId !== id);
    const { promise, resolve, reject } = Promise.withResolvers<ToolResult>();
    const fail = (thrown: unknown) =>
      gate.fromSide(() => {
        const { kind, code, message } = asFault(thrown);
        sheet.given({ kind: "failure", call: id, fault: { kind, code, message } }, message.length);
        reject(thrown);
      });
    const succeed = (result: ToolResult) => {
      const text = result.content.map((part) => part.text).join("\n");
      gate.fromSide(() => {
        this.#texts.set(id, text);
        sheet.given({ kind: "result", call: id, text, ...(result.refused === undefined ? {} : { refused: true }) }, text.length);
        resolve(result);
      }, true);
    };
    const progress: PendingCall["progress"] = ({ stream, data }) =>
      gate.fromSide(() => {
        sheet.given({ kind: "output", call: id, stream, data }, data.length);
        call.progress({ stream, data });
      });
    const pending = { ...call, tool: this.#announcing(call), progress };
    const run = async () => this.#ports.callTool(pending);
    void run().then(succeed).catch(fail);
    return promise;
  }

  /** The step is over. A call that never came to its tool although it could have did not fit it; asking the tool's schema again says how. */
  settled({ messages }: StepSettled): void {
    const errors = new Set(
      messages.flatMap(({ parts }) =>
        parts.flatMap(({ chunk }) => (chunk.type === "tool-result" && chunk.isError ? [chunk.toolCallId] : [])),
      ),
    );
    const unrun = this.#waiting.filter(({ toolCallId }) => errors.has(toolCallId));
    this.#waiting = [];
    this.#heard = [];
    this.#texts.clear();
    for (const { toolName, input } of unrun) this.#noteMisfit(toolName, input);
  }

  #noteMisfit(toolName: string, input: unknown): void {
    const tool = this.#tools.find(({ name }) => name === toolName);
    if (tool === undefined) return;
    const { sheet, asFault } = this.#surroundings;
    try {
      const result = tool.input["~standard"].validate(input);
      // One that takes its time cannot be waited for here.
      if (result instanceof Promise || result.issues === undefined) return;
      const issues = result.issues.map(({ message, path = [] }) => ({
        message,
        path: path.map((part) => String(typeof part === "object" ? part.key : part)),
      }));
      sheet.misfit({ tool: toolName, input, issues });
    } catch (thrown) {
      const { kind, code, message } = asFault(thrown);
      sheet.misfit({ tool: toolName, input, fault: { kind, code, message } });
    }
  }

  /** The call's tool, which says while it starts whose start it is. */
  #announcing({ tool, id }: PendingCall): Tool {
    const run: Tool["run"] = (input, call) => {
      this.#starting = id;
      try {
        return tool.run(input, call);
      } finally {
        this.#starting = undefined;
      }
    };
    return Object.create(tool, { run: { value: run } });
  }
}
