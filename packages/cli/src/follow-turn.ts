import type { ChatRequest } from "@dispatch/transport-contract";
import type { AgentEvent, ErrorEvent } from "@dispatch/wire";
import { connectionLost } from "./api.ts";
import { ClientFault } from "./client-fault.ts";
import type { Context } from "./command.ts";
import { exitCodeOf, exitCodes } from "./exit-code.ts";
import { busyLabel } from "./render-event.ts";
import type { Piece, Screen } from "./screen.ts";
import { ApprovalWatch } from "./watch-approvals.ts";

export interface FollowOptions {
  readonly request: Partial<ChatRequest>;
  /** Prints the events as they came instead of what `render` gives. */
  readonly json: boolean;
  render(event: AgentEvent): Piece | undefined;
  /** Told as soon as the server has named the conversation. */
  onConversation?(id: string): Promise<void>;
}

export interface Followed {
  readonly exitCode: number;
  readonly conversationId: string | undefined;
}

/** Opens a turn and reads it to its seal. An interrupt leaves the turn running and says how to stop it. */
export async function followTurn(options: FollowOptions, context: Context): Promise<Followed> {
  const { api, screen, signal } = context;
  let conversationId = options.request.conversationId;
  const seen: Seen = {};
  await using approvals = new ApprovalWatch(context);
  let begun = false;
  try {
    screen.busy("waiting for the server");
    const stream = await api.chat(options.request);
    begun = true;
    conversationId = stream.conversationId ?? conversationId;
    if (conversationId !== undefined) await options.onConversation?.(conversationId);
    approvals.begin(conversationId);
    for await (const lines of stream.lines) {
      const events = await show(lines, seen, options, screen);
      for (const event of events) approvals.see(event);
      if (seen.sealed) break;
    }
  } catch (thrown) {
    if (signal.aborted)
      await screen.write({ text: `The turn goes on in the server. ${whatNext(conversationId)}\n`, to: "stderr", ownLine: true });
    throw thrown instanceof ClientFault && lost.has(thrown.code) && begun ? endedEarly(conversationId) : thrown;
  }
  if (seen.error !== undefined) return { exitCode: exitCodeOf(seen.error), conversationId };
  if (!seen.sealed) throw endedEarly(conversationId);
  if (seen.doneReason !== "aborted") return { exitCode: 0, conversationId };
  await screen.write({ text: "The turn was stopped.\n", to: "stderr", tone: "bad", ownLine: true });
  return { exitCode: exitCodes.cancelled, conversationId };
}

/** Nobody says any more how the turn goes on. */
const lost: ReadonlySet<string> = new Set([connectionLost, "cli/silent-server"]);

/** What the turn has said so far, as far as its end needs it. */
interface Seen {
  error?: ErrorEvent;
  doneReason?: string;
  sealed?: true;
  /** The kind of event that was shown last. */
  shown?: AgentEvent["type"];
}

async function show(lines: readonly string[], seen: Seen, options: FollowOptions, screen: Screen): Promise<readonly AgentEvent[]> {
  const pieces: Piece[] = [];
  let label: string | undefined;
  const events = lines.map(parseEvent);
  for (const event of events) {
    if (event.type === "error") seen.error = event;
    if (event.type === "done") seen.doneReason = event.reason;
    if (event.type === "turn-sealed") seen.sealed = true;
    label = busyLabel(event) ?? label;
    const piece = options.json ? undefined : options.render(event);
    if (piece === undefined) continue;
    pieces.push(event.type === seen.shown || piece.text.startsWith("\n") ? piece : { ...piece, ownLine: true });
    seen.shown = event.type;
  }
  if (options.json) pieces.push({ text: `${lines.join("\n")}\n` });
  await screen.write(...pieces);
  if (label !== undefined) screen.busy(label);
  return events;
}

function parseEvent(line: string): AgentEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === "object" && event !== null && "type" in event && typeof event.type === "string") return event as AgentEvent;
  } catch {
    // Told below: what is no JSON is no event.
  }
  throw new ClientFault("defect", "cli/unexpected-answer", `The server sent a line that is no event: ${line.slice(0, 200)}`);
}

const whatNext = (id: string | undefined): string =>
  id === undefined ? "To find it: dispatch list." : `Its reply: dispatch read ${id}. To stop it: dispatch stop ${id}.`;

const endedEarly = (id: string | undefined): ClientFault =>
  new ClientFault("unavailable", connectionLost, `The connection ended before the turn did; the turn may go on. ${whatNext(id)}`);
