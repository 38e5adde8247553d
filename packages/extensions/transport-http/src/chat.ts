import { asFault, Fault } from "@dispatch/kernel";
import type { Act } from "@dispatch/op-registry/contract";
import type { Conversations, Submission } from "@dispatch/session-orchestrator/contract";
import { type ChatRequest, chatPath, chatRequest, conversationIdHeader, ndjsonType } from "@dispatch/transport-contract";
import type { ChatStreams } from "./chat-streams.ts";
import { errorLine } from "./error-line.ts";
import { InvalidRequest, readOnly } from "./faults.ts";
import { type JsonObject, readJsonObject } from "./read-body.ts";
import type { Route } from "./route.ts";
import { securityHeaders } from "./security-headers.ts";

export interface ChatPorts {
  readonly conversations: Conversations;
  readonly streams: ChatStreams;
  newTurnId(): string;
  acted(act: Act): void;
  tell(thrown: unknown, request: Request): Fault;
}

/** `POST /chat`: hands the message over and streams the turn's events. The client may leave at any time; the turn goes on. */
export function chatRoute({ conversations, streams, newTurnId, acted, tell }: ChatPorts): Route {
  return {
    method: "POST",
    path: chatPath,
    async answer({ request, connection, visitor: { caller, ended } }) {
      const submission = submissionOf(validChat(await readJsonObject(request)));
      const stream = streams.take(connection, (thrown) => tell(thrown, request), ended);
      connection.allowSilence();
      const { conversationId } = submission;
      const act = { what: "chat.send", caller, input: submission } as const;
      try {
        if (caller.readOnly === true) throw readOnly();
        const turn = await conversations.submit(submission);
        acted({ ...act, outcome: "done" });
        return ndjson(conversationId, stream.body(turn));
      } catch (thrown) {
        stream[Symbol.dispose]();
        acted({ ...act, outcome: asFault(thrown).code });
        if (caller.readOnly === true) throw thrown;
        if (Fault.is(thrown) && (thrown.kind === "invalid" || saysWhen(thrown))) throw thrown;
        const fault = tell(thrown, request);
        // Clients expect a turn of its own to be refused while one runs, and none where the message could not be taken at all.
        return ndjson(conversationId, errorLine(conversationId, fault.kind === "conflict" ? newTurnId() : "", fault));
      }
    },
  };
}

/** A refusal that says when to come back keeps its status, which proxies and clients heed: the server leaves. */
const saysWhen = ({ kind, data }: Fault): boolean => kind === "unavailable" && data.retryAfterMs !== undefined;

const problemsMax = 20;

function validChat(body: JsonObject): ChatRequest {
  const { success, data, error } = chatRequest.safeParse(body);
  if (success) return data;
  throw new InvalidRequest(error.issues.slice(0, problemsMax).map(({ path, message }) => `${path.join(".")}: ${message}`));
}

const submissionOf = ({ message: text, conversationId = crypto.randomUUID(), ...rest }: ChatRequest) =>
  ({ ...rest, text, conversationId }) satisfies Submission;

const ndjson = (conversationId: string, body: string | ReadableStream): Response =>
  new Response(body, {
    headers: {
      "Content-Type": ndjsonType,
      "Cache-Control": "no-store",
      ...securityHeaders,
      Vary: "Origin",
      [conversationIdHeader]: conversationId,
    },
  });
