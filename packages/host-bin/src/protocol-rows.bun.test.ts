import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { AgentEvent, Chunk } from "@dispatch/wire";
import { expect, test } from "vitest";

/**
 * The rows of the protocol that are neither an operation nor a frame (`requirements.bun.test.ts` has those), each with the test that proves it:
 * `<file> · <title>`. A list on the left is one that the protocol closes: the compiler asks for every member.
 */
type Proof = `${string} · ${string}`;

const api = "host-bin/src/api.bun.test.ts";
const socket = "host-bin/src/socket.bun.test.ts";
const desk = "extensions/session-orchestrator/src/conversation.bun.test.ts";
const log = "extensions/conversation-store/src/log.test.ts";
const http = "extensions/transport-http/src";
const ws = "extensions/transport-ws/src";
const golden = "kernel/src/turn/golden-scenes.fixture.ts";
const compaction = "host-bin/src/compaction.bun.test.ts";
const warming = "host-bin/src/cache-warming.bun.test.ts";
const images = "host-bin/src/images.bun.test.ts";

const chunks: { readonly [type in Chunk["type"]]: Proof } = {
  text: `${api} · a chat without an id is given one: header and events agree, the order is canonical, history and metrics are there at its end`,
  thinking: `${api} · reasoning is streamed and stored as thinking`,
  "tool-call": `${api} · a real tool runs in the conversation's folder, and its result stands behind its call`,
  "tool-result": `${api} · a real tool runs in the conversation's folder, and its result stands behind its call`,
  error: `${api} · a provider that fails for good ends the turn with an error, a seal and its reason in the log`,
  system:
    "extensions/session-orchestrator/src/shaping.bun.test.ts · a note between two steps is read by the model behind the results, stored, and shows as no event",
  image: `${images} · an image is stored once, named in the log, served back, and reaches the model byte for byte, the same in every step`,
};

/** `status` is in the union for old clients; nothing sends it. */
const events: { readonly [type in Exclude<AgentEvent["type"], "status">]: Proof } = {
  "user-message": `${desk} · a turn's events come in the canonical order, and everything is readable when it is sealed`,
  "turn-start": `${desk} · a turn's events come in the canonical order, and everything is readable when it is sealed`,
  "text-delta": `${golden} · text`,
  "reasoning-delta": `${golden} · reasoning, with what the provider wants back`,
  "tool-call": `${golden} · calls one after another`,
  "tool-output": `${golden} · calls at once: their output mixes, their results keep the order of the calls`,
  "tool-result": `${golden} · calls one after another`,
  usage: `${desk} · a turn's events come in the canonical order, and everything is readable when it is sealed`,
  "step-complete": `${golden} · calls one after another`,
  "provider-retry": `${golden} · a provider that fails is asked again`,
  steering: `${golden} · steering is taken behind a step's results`,
  error: `${golden} · a provider that refuses is not asked again`,
  done: `${golden} · text`,
  "turn-sealed": `${desk} · a turn's events come in the canonical order, and everything is readable when it is sealed`,
};

const rows: { readonly [row: string]: Proof } = {
  "1.1 seq: from 1, without holes, in order of appending": `${log} · what was appended is what is loaded, however it was batched`,
  "1.1 what is stored when": `${desk} · a turn's events come in the canonical order, and everything is readable when it is sealed`,
  "1.1 reconcile, when a model reads":
    "extensions/conversation-store/src/reconcile.test.ts · whatever the log, every call has exactly one result directly behind it, in call order, and nothing else changes",
  "1.2 usage is summed over steps": "kernel/src/turn/usage.test.ts · counters add up, and one that nobody reported stays absent",
  "1.2 the context is the last step's":
    "kernel/src/turn/usage.test.ts · the size of the context is that of the last step, and unknown when it reported nothing",
  "1.2 effort: the request's, the conversation's, high": `${api} · the effort of a conversation is what the provider is asked for, and one turn may differ`,
  "1.4 canonical order": `${golden} · eager reads run while the model still streams, a write waits for its end`,
  "1.4 abort during anything": `${golden} · an abort while a tool runs and another waits`,
  "1.4 tool errors are results": `${golden} · calls that go wrong become results that say what to do`,
  "1.4 identical calls run once": `${golden} · identical calls of a step run once`,
  "1.4 late joiners get the turn from its beginning": `${socket} · two watchers see the same events, a third who joins in the middle too, and the sender's leaving does not stop the turn`,
  "1.4 what waits at the seal opens a turn at once": `${desk} · without tool calls, what waits becomes the next turn, with no idle between`,
  "1.5 titles": "extensions/conversation-store/src/title.test.ts · a title is cut at 80 characters, never through one",
  "1.5 the record comes with the first write of any kind": `${api} · settings are stored, read back and cleared`,
  "1.5 slugs": "extensions/workspaces/src/workspaces.bun.test.ts · %j is a slug",
  "2 a body that is no JSON object is 400": `${http}/routing.bun.test.ts · a write without a readable object for a body is 400`,
  "2.1 names split at the first slash": "extensions/credential-store/src/catalog.test.ts · a model name is split at its first slash",
  "2.1, 2.8: 502 where what stands behind fails": `${http}/routing.bun.test.ts · a route may answer 502 for what is unavailable, and for nothing else`,
  "2.2 POST /chat: every field": `${http}/chat.bun.test.ts · all that a chat may say reaches the conversation, and nothing that was not said`,
  "2.2 POST /chat: what is 400": `${http}/chat.bun.test.ts · a chat that is not as it should be is 400 before a turn starts`,
  "2.2 POST /chat: a turn runs already": `${api} · a chat while a turn runs is one error line, and the turn goes on`,
  "2.2 POST /chat: a client's disconnect does not stop the turn": `${api} · a client that leaves does not end its turn`,
  "2.2 POST /chat/warm": `${warming} · over HTTP every refusal is a 409 and a bad body a 400`,
  "2.3 windows of history": `${log} · a window is the newest that many, ascending`,
  "2.3 the last reply": `${log} · the last reply is the last text of the last assistant message`,
  "2.5 compaction: refusals": `${compaction} · a body that cannot be read counts as none, and an unknown model is a refusal`,
  "2.5 compaction by itself": `${compaction} · a conversation that fills its model's window is compacted by itself, and every client is told`,
  "2.9 images": `${images} · images are served by their own names alone, in their own conversation alone`,
  "3.2 the catalog comes first": `${ws}/connection.test.ts · the catalog is the first frame`,
  "3.3 surface subscriptions are keyed by surface and conversation": `${ws}/surface-views.test.ts · a change is told to all who look at that conversation, with its id, and to nobody else`,
  "3.3 events of a conversation keep their order": `${ws}/index.bun.test.ts · 1,000 clients of one conversation all see the same, whole and in order`,
  "3.3 what a seal promises is readable": `${socket} · a message over the socket is a whole turn, and at its seal everything is readable over HTTP`,
  "3.3 turns of different conversations run in parallel": `${api} · turns of different conversations run at once: one that waits holds up no other`,
  "4 surfaces are well formed":
    "testkit/src/surface-laws.ts · without a conversation, and for one that nobody knows, it shows something well formed",
  "4 scoped surfaces echo their conversation": `${socket} · every surface of the catalog answers without a conversation, and with one echoes its id`,
  "5 cache-warming: the behaviour": `${warming} · over the socket: switched on it warms by itself, shows it, and stops when the conversation is closed`,
  "10.1": `${api} · health answers exactly`,
  "10.2, 10.3, 10.4": `${api} · a chat without an id is given one: header and events agree, the order is canonical, history and metrics are there at its end`,
  "10.5, 10.6": `${api} · a window of history is the newest that many, ascending; what is no number is refused`,
  "10.7": `${socket} · two watchers see the same events, a third who joins in the middle too, and the sender's leaving does not stop the turn`,
  "10.8": `${socket} · a message while a turn runs is a chat error; the turn is not touched, and the sender stays subscribed with the replay`,
  "10.9, with tools": `${socket} · a message queued during a turn with tools shows on the surface, steers behind the tool's result, and leaves the surface`,
  "10.9, without": `${socket} · without tool calls, what is queued opens the next turn, joined, and a queued message that starts a turn subscribes its sender`,
  "10.10": `${api} · a queued message starts a turn when idle, waits when not, and can be cancelled once`,
  "10.11": `${api} · stop ends the turn as aborted and the provider's request with it`,
  "10.12": `${api} · close ends and closes, also what was never there; open only asks clients`,
  "10.13": `${api} · the last reply is waited for while a turn runs`,
  "10.14": `${compaction} · ten messages are too few to compact; of more an archive is left, listed as closed, and history shows everything and the summary`,
  "10.15, over HTTP": `${http}/chat.bun.test.ts · a chat that is not as it should be is 400 before a turn starts`,
  "10.15, over the socket": `${socket} · a bad effort, a blank message and images that are none are chat errors with their conversation, and no turn starts`,
  "10.16":
    "host-bin/src/standard-features.bun.test.ts · workspaces over HTTP: what is refused has its status, an unreadable body of PUT counts as none",
  "10.17":
    "extensions/system-prompt/src/template.test.ts · a well-formed template of any depth renders as its tree says, whatever its values hold",
  "10.18": `${socket} · every surface of the catalog answers without a conversation, and with one echoes its id`,
  "10.19": `${http}/access.bun.test.ts · a preflight for PUT and DELETE succeeds from an allowed origin`,
  "10.20": `${api} · an unknown conversation reads as an empty one; only its status is missing`,
};

const packages = resolve(import.meta.dirname, "../..");
const all: readonly (readonly [string, Proof])[] = [
  ...Object.entries(chunks).map(([type, proof]) => [`1.1 chunk ${type}`, proof] as const),
  ...Object.entries(events).map(([type, proof]) => [`1.3 event ${type}`, proof] as const),
  ...Object.entries(rows),
];

test.each(all)("%s is proved by a test that is there", (_row, proof) => {
  const [file = "", title = ""] = proof.split(" · ");
  expect(title).not.toBe("");
  expect(readFileSync(resolve(packages, file), "utf8")).toContain(title);
});
