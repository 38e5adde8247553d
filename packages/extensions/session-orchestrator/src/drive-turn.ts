import type { ConversationWriter, TailItem } from "@dispatch/conversation-store/contract";
import { type Message, type PendingCall, resultText, runTurn, type ToolResult, type TurnOutcome, type TurnPorts } from "@dispatch/kernel";
import type { AgentEvent } from "@dispatch/wire";
import type { SharedEvent, StepContext } from "./contract.ts";
import type { Prepared } from "./desk.ts";
import { fitResult } from "./fit-result.ts";
import { maskItem } from "./mask-item.ts";
import type { Ports } from "./ports.ts";

export type EventWriter = ConversationWriter<SharedEvent>;

/** Events that may wait for the ledger before the model is pulled again. */
const waitingEventsMax = 2_000;
/** Of one call's live output, what a crash must not lose. */
const tailOutputCharsMax = 64 * 1024;

export const share = (event: AgentEvent): SharedEvent => ({ event, json: JSON.stringify(event) });

/**
 * Pulls a turn's events into the ledger until the turn ends. `undefined`: the server leaves, the turn stays open. Faults: whatever kept
 * the ledger from storing.
 */
export async function driveTurn(
  prepared: Prepared,
  writer: EventWriter,
  ports: Ports,
  { takeSteering, calls }: { takeSteering(): Promise<Message | undefined>; readonly calls: Set<string> },
): Promise<TurnOutcome | undefined> {
  const { turn, context, restored } = prepared;
  const turnPorts: TurnPorts = {
    clock: ports.clock,
    newId: ports.newId,
    random: ports.random,
    takeSteering,
    stepContext: () => stepView(prepared, writer, ports, () => over),
    callTool: async (call) => {
      calls.add(call.id);
      try {
        return restored?.results.get(call.id) ?? (await callTool(call, prepared, writer, ports));
      } finally {
        calls.delete(call.id);
      }
    },
  };
  let over = false;
  const loop = await ports.shapeLoop(runTurn, context);
  await ports.beginnings.pass();
  const items = loop(turn, turnPorts);
  const outputs = new Map<string, number>();
  let silent = true;
  // What the tail holds of the restored step, it holds already.
  let isRestored = restored !== undefined;
  try {
    for (;;) {
      const { done, value } = await items.next();
      if (ports.leaving.aborted) return undefined;
      if (writer.fault !== undefined) throw writer.fault;
      if (done) return value;
      const item = maskItem(value, ports.masking);
      if (item.type === "step-settled") {
        writer.settle(item.messages, item.metrics);
        silent = true;
        isRestored = false;
        // A step without calls is the turn's last: it lands with the seal, so that a crash never leaves an answered turn open.
        if (item.messages.some(({ role }) => role === "tool")) await writer.landed("now");
        continue;
      }
      if (item.type === "turn-start" && turn.resumed !== undefined) continue;
      writer.note(share(item), isRestored && item.type !== "tool-output" ? undefined : tailItem(item, outputs));
      const isDelta = item.type === "text-delta" || item.type === "reasoning-delta";
      writer.schedule(isDelta && silent ? "now" : "soon");
      if (isDelta) silent = false;
      if (writer.waiting > waitingEventsMax) await writer.landed("now");
    }
  } finally {
    over = true;
    await items.return(undefined as never);
  }
}

/** The ledger's view is the kernel's history as long as nothing is folded; what is noted for the model is stored before it reads it. */
async function stepView(
  { turn: { model }, context }: Prepared,
  writer: EventWriter,
  ports: Ports,
  isOver: () => boolean,
): Promise<readonly Message[]> {
  const { steps = [] } = writer.state.open ?? {};
  const lastUsage = steps.at(-1)?.usage;
  const step: StepContext = { ...context, model, step: steps.length, ...(lastUsage === undefined ? {} : { lastUsage }) };
  const notes = steps.length === 0 ? [] : await ports.stepNotes(step);
  if (notes.length > 0 && !isOver()) {
    writer.append({ id: ports.newId(), role: "user", parts: notes.map((text) => ({ chunk: { type: "system", text } })) });
    await writer.landed("now");
  }
  return ports.shapeStep([...writer.state.messages], step);
}

function tailItem(event: AgentEvent, outputs: Map<string, number>): TailItem | undefined {
  switch (event.type) {
    case "text-delta":
      return { type: "text", text: event.delta };
    case "reasoning-delta":
      return { type: "thinking", text: event.delta };
    case "tool-call": {
      const { stepId, toolCallId, toolName, input } = event;
      return { type: "call", stepId, toolCallId, toolName, input };
    }
    case "usage":
      return { type: "usage", usage: event.usage };
    case "tool-output": {
      const kept = outputs.get(event.toolCallId) ?? 0;
      if (kept >= tailOutputCharsMax) return undefined;
      outputs.set(event.toolCallId, kept + event.data.length);
      return { type: "output", toolCallId: event.toolCallId, data: event.data.slice(0, tailOutputCharsMax - kept) };
    }
    default:
      return undefined;
  }
}

/**
 * Intent before effect: a call that may change something is stored as started before its tool runs. A read leaves nothing to wonder about
 * after a crash, so it does not wait. Either way the outcome is stored before anybody reads it.
 */
async function callTool(call: PendingCall, { turn, context }: Prepared, writer: EventWriter, ports: Ports): Promise<ToolResult> {
  writer.keep({ type: "intent", toolCallId: call.id });
  if (call.tool.effect === "write") await writer.landed("now");
  const outcome = (content: string, isError: boolean) => {
    // A call that was cut by our own leaving stays open: the next process says that its effects are unknown.
    if (ports.leaving.aborted) return;
    writer.keep({ type: "outcome", toolCallId: call.id, content, isError });
    writer.schedule("soon");
  };
  try {
    const ran = await ports.toolCalls.call({
      tool: call.tool,
      input: call.input,
      id: call.id,
      conversationId: context.conversationId,
      turnId: context.turnId,
      workspace: turn.workspace,
      signal: call.signal,
      progress: call.progress,
    });
    const result = await fitResult(ran, call.tool.name, turn.workspace);
    outcome(resultText(result), result.refused === true);
    return result;
  } catch (thrown) {
    outcome(thrown instanceof Error ? thrown.message : String(thrown), true);
    throw thrown;
  }
}
