// A client of the protocol by somebody who has read nothing but the protocol: plain JavaScript under Node, and the package `ws`. It prints one JSON line
// an item: { item, problem? }. The gate's server lets the model's slow answers go on: GET <gate>/<n>.
import assert from "node:assert/strict";
import { once } from "node:events";
import WebSocket from "ws";

const [http, socketUrl, gate, folder] = process.argv.slice(2);
const waitMs = 20_000;

class Client {
  frames = [];
  #looks = new Set();

  static async connect(url = socketUrl, options = {}) {
    const client = new Client();
    client.socket = new WebSocket(url, options);
    client.socket.on("message", (data, isBinary) => {
      assert.equal(isBinary, false, "frames are text");
      client.frames.push(JSON.parse(String(data)));
      for (const look of client.#looks) look();
    });
    await once(client.socket, "open");
    return client;
  }
  send(frame) {
    this.socket.send(JSON.stringify(frame));
  }
  of(type) {
    return this.frames.filter((frame) => frame.type === type);
  }
  events(id) {
    return this.of("chat.delta")
      .map(({ event }) => event)
      .filter(({ conversationId }) => id === undefined || conversationId === id);
  }
  until(what, holds) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${what} did not come; the last frames: ${JSON.stringify(this.frames.slice(-5))}`)),
        waitMs,
      );
      const look = () => {
        if (!holds(this)) return;
        clearTimeout(late);
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
  async event(type, times = 1) {
    await this.until(`${type} (${times})`, () => this.events().filter((event) => event.type === type).length >= times);
    return this.events();
  }
  async frame(type, times = 1) {
    await this.until(`frame ${type} (${times})`, () => this.of(type).length >= times);
    return this.of(type).at(times - 1);
  }
  end() {
    this.socket.terminate();
  }
}

async function ask(method, path, body) {
  const init = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(http + path, { method, ...init });
  return { status: response.status, body: await response.json() };
}
const open = (n) => fetch(`${gate}/${n}`).then((response) => response.text());
const types = (events) => events.map(({ type }) => type);
const textOf = (events) => events.map(({ delta = "" }) => delta).join("");
const queueOf = (client) =>
  client.frames
    .filter(({ type, spec, update }) => (type === "surface" ? spec : update?.spec)?.id === "message-queue")
    .map(({ spec, update }) => (spec ?? update.spec).fields[0].payload.messages.map(({ text }) => text));

const known = ["status", "user-message", "turn-start", "text-delta", "reasoning-delta", "tool-call", "tool-output", "tool-result", "usage"];
const alsoKnown = ["step-complete", "provider-retry", "steering", "error", "done", "turn-sealed"];

const items = {
  "3.3 the catalog is the first frame, on both ports and at any path of the own one": async () => {
    for (const url of [socketUrl, `${socketUrl}/any/path`, `${http.replace("http", "ws")}/ws`]) {
      const client = await Client.connect(url);
      await client.frame("catalog");
      const [{ type, catalog }] = client.frames;
      assert.equal(type, "catalog");
      for (const { id, region, title } of catalog) for (const text of [id, region, title]) assert.equal(typeof text, "string");
      client.end();
    }
  },
  "0 a plain request to the own port gets 426 with a short text": async () => {
    const response = await fetch(socketUrl.replace("ws", "http"));
    assert.equal(response.status, 426);
    assert.ok((await response.text()).length < 1_000);
  },
  "10.3 a turn's first events are user-message and turn-start, its last turn-sealed, with exactly one done; ids agree": async () => {
    const client = await Client.connect();
    client.send({ type: "chat.send", message: "plain", workspaceId: "default" });
    const events = await client.event("turn-sealed");
    const order = types(events);
    assert.deepEqual([order[0], order[1], order.at(-1)], ["user-message", "turn-start", "turn-sealed"]);
    assert.equal(order.filter((type) => type === "done").length, 1);
    assert.equal(new Set(events.map(({ conversationId }) => conversationId)).size, 1);
    assert.equal(new Set(events.map(({ turnId }) => turnId)).size, 1);
    for (const type of order) assert.ok([...known, ...alsoKnown].includes(type), `unknown event ${type}`);
    client.end();
  },
  "10.4 at the seal history and metrics are readable": async () => {
    const client = await Client.connect();
    client.send({ type: "chat.send", conversationId: "history", message: "plain" });
    const done = (await client.event("turn-sealed")).find(({ type }) => type === "done");
    const { chunks, latestSeq } = (await ask("GET", "/conversations/history")).body;
    assert.deepEqual(
      chunks.map(({ seq, role }) => [seq, role]),
      [
        [1, "user"],
        [2, "assistant"],
      ],
    );
    assert.equal(latestSeq, 2);
    const { turns } = (await ask("GET", "/conversations/history/metrics")).body;
    assert.deepEqual([turns.length, turns[0].contextSize], [1, done.contextSize]);
    client.end();
  },
  "10.7 two subscribers see identical lists, a third in the middle the same from its start; the sender's leaving stops nothing":
    async () => {
      const [sender, watcher] = [await Client.connect(), await Client.connect()];
      watcher.send({ type: "chat.subscribe", conversationId: "many" });
      sender.send({ type: "chat.send", conversationId: "many", message: "slow 7" });
      await Promise.all([sender.event("text-delta"), watcher.event("text-delta")]);
      const late = await Client.connect();
      late.send({ type: "chat.subscribe", conversationId: "many" });
      await late.event("text-delta");
      const before = sender.events();
      sender.end();
      await open(7);
      const whole = await watcher.event("turn-sealed");
      assert.deepEqual(await late.event("turn-sealed"), whole);
      assert.deepEqual(before, whole.slice(0, before.length));
      assert.equal(textOf(whole), "begun, ended");
      for (const client of [watcher, late]) client.end();
    },
  "10.8 chat.send during a turn is a chat.error with the id; the turn is not touched, and the sender has got the replay": async () => {
    const [first, second] = [await Client.connect(), await Client.connect()];
    first.send({ type: "chat.send", conversationId: "busy", message: "slow 8" });
    await first.event("text-delta");
    second.send({ type: "chat.send", conversationId: "busy", message: "me too" });
    const { conversationId, message } = await second.frame("chat.error");
    assert.deepEqual([conversationId, typeof message], ["busy", "string"]);
    await second.event("text-delta");
    assert.deepEqual(types(second.events()).slice(0, 2), ["user-message", "turn-start"]);
    await open(8);
    assert.deepEqual(await second.event("turn-sealed"), await first.event("turn-sealed"));
    assert.equal((await ask("GET", "/conversations/busy")).body.chunks.filter(({ role }) => role === "user").length, 1);
    for (const client of [first, second]) client.end();
  },
  "10.9 chat.queue during a turn with tools: the surface grows, steering comes behind the result, the surface empties": async () => {
    const client = await Client.connect();
    client.send({ type: "subscribe", surfaceId: "message-queue", conversationId: "steer" });
    assert.equal((await client.frame("surface")).conversationId, "steer");
    client.send({ type: "chat.send", conversationId: "steer", message: "tool 9", cwd: folder });
    await client.event("text-delta");
    client.send({ type: "chat.queue", conversationId: "steer", text: "also this" });
    await client.until("the queue", () => queueOf(client).at(-1)?.length === 1);
    await open(9);
    const order = types(await client.event("turn-sealed"));
    assert.ok(order.indexOf("steering") > order.indexOf("tool-result"));
    await client.until("the empty queue", () => queueOf(client).at(-1)?.length === 0);
    assert.deepEqual(queueOf(client), [[], ["also this"], []]);
    client.end();
  },
  "10.9 without tool calls what is queued opens a new turn with the joined text": async () => {
    const client = await Client.connect();
    client.send({ type: "chat.send", conversationId: "carry", message: "slow 10" });
    await client.event("text-delta");
    for (const text of ["plain one", "two"]) client.send({ type: "chat.queue", conversationId: "carry", text });
    client.send({ type: "subscribe", surfaceId: "message-queue", conversationId: "carry" });
    await client.until("the queue", () => queueOf(client).at(-1)?.length === 2);
    await open(10);
    const events = await client.event("turn-sealed", 2);
    assert.deepEqual(
      events.filter(({ type }) => type === "user-message").map(({ text }) => text),
      ["slow 10", "plain one\n\ntwo"],
    );
    assert.ok(!types(events).includes("steering"));
    client.end();
  },
  "10.10 cancel removes exactly one entry; a second cancel gives cancelled: false": async () => {
    const client = await Client.connect();
    client.send({ type: "subscribe", surfaceId: "message-queue", conversationId: "cancel" });
    client.send({ type: "chat.send", conversationId: "cancel", message: "slow 11" });
    await client.event("text-delta");
    for (const text of ["one", "two"]) client.send({ type: "chat.queue", conversationId: "cancel", text });
    await client.until("the queue", () => queueOf(client).at(-1)?.length === 2);
    const messages = client.of("update").at(-1).update.spec.fields[0].payload.messages;
    const messageId = messages[0].id;
    client.send({ type: "chat.queue.cancel", conversationId: "cancel", messageId });
    await client.until("the shorter queue", () => queueOf(client).at(-1)?.length === 1);
    assert.deepEqual(queueOf(client).at(-1), ["two"]);
    assert.equal((await ask("DELETE", `/conversations/cancel/queue/${messageId}`)).body.cancelled, false);
    client.send({ type: "chat.queue.cancel", conversationId: "cancel", messageId });
    await open(11);
    await client.event("turn-sealed", 2);
    assert.deepEqual([client.of("error"), client.of("chat.error")], [[], []]);
    client.end();
  },
  "10.11 stop: done says aborted, then the seal, then the status idle": async () => {
    const client = await Client.connect();
    client.send({ type: "chat.send", conversationId: "stop", message: "slow 12" });
    await client.event("text-delta");
    assert.equal((await ask("POST", "/conversations/stop/stop")).body.abortedTurn, true);
    const events = await client.event("turn-sealed");
    assert.equal(events.find(({ type }) => type === "done").reason, "aborted");
    await client.until("idle", () =>
      client.of("conversation.statusChanged").some(({ conversationId, status }) => conversationId === "stop" && status === "idle"),
    );
    assert.equal((await ask("GET", "/conversations/stop/status")).body.status, "idle");
    client.end();
  },
  "10.12 close: every client hears closed, with the workspace": async () => {
    const client = await Client.connect();
    await ask("POST", "/conversations/closing/close");
    await client.until("closed", () =>
      client.of("conversation.statusChanged").some(({ conversationId, status }) => conversationId === "closing" && status === "closed"),
    );
    for (const { workspaceId } of client.of("conversation.statusChanged")) assert.equal(typeof workspaceId, "string");
    client.end();
  },
  "3.2 open is told to every client": async () => {
    const [one, other] = [await Client.connect(), await Client.connect(`${http.replace("http", "ws")}/ws`)];
    await Promise.all([one.frame("catalog"), other.frame("catalog")]);
    await ask("POST", "/conversations/opened/open");
    for (const client of [one, other]) {
      const { conversationId, workspaceId } = await client.frame("conversation.open");
      assert.deepEqual([conversationId, workspaceId], ["opened", "default"]);
      client.end();
    }
  },
  "10.15 a bad effort, an empty message and bad images are chat errors with their id": async () => {
    const client = await Client.connect();
    for (const wrong of [
      { message: "x", reasoningEffort: "very" },
      { message: "" },
      { message: "x", images: {} },
      { message: "x", images: [{}] },
    ])
      client.send({ type: "chat.send", conversationId: "bad", ...wrong });
    await client.frame("chat.error", 4);
    assert.ok(client.of("chat.error").every(({ conversationId }) => conversationId === "bad"));
    assert.equal((await ask("GET", "/conversations/bad/status")).status, 404);
    client.end();
  },
  "10.18 scoped subscriptions echo the id in surface and update; without an id a scoped surface answers its empty state": async () => {
    const client = await Client.connect();
    const { catalog } = await client.frame("catalog");
    for (const { id: surfaceId } of catalog) client.send({ type: "subscribe", surfaceId, conversationId: "echo" });
    await client.frame("surface", catalog.length);
    for (const { spec, conversationId } of client.of("surface")) {
      assert.equal(conversationId, "echo");
      for (const field of ["id", "region", "title", "fields"]) assert.ok(field in spec, `${spec.id} lacks ${field}`);
    }
    client.send({ type: "subscribe", surfaceId: "todo" });
    assert.deepEqual((await client.frame("surface", catalog.length + 1)).spec.fields, [
      { kind: "custom", rendererId: "todo", payload: { todos: [] } },
    ]);
    client.send({ type: "chat.send", conversationId: "echo", message: "todo 13" });
    await client.until("an update", () => client.of("update").some(({ update }) => update.surfaceId === "todo"));
    assert.ok(client.of("update").every(({ update }) => update.conversationId === "echo" || update.conversationId === undefined));
    await client.event("turn-sealed");
    client.end();
  },
  "0.1 row 14 what nobody understands is an error without a surface, and the socket goes on": async () => {
    const client = await Client.connect();
    for (const text of ["{", '{"type":"nothing"}', "[]"]) client.socket.send(text);
    client.socket.send(Buffer.from([1, 2]));
    await client.frame("error", 4);
    assert.ok(client.of("error").every((frame) => !("surfaceId" in frame)));
    client.send({ type: "unsubscribe", surfaceId: "nothing", conversationId: "x" });
    client.send({ type: "chat.send", conversationId: "after", message: "plain" });
    await client.event("turn-sealed");
    assert.equal(client.of("error").length, 4);
    client.end();
  },
  "0.1 row 15 an image alone is a message, and its stored form is served": async () => {
    const client = await Client.connect();
    const url = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
    client.send({ type: "chat.send", conversationId: "image", message: "", images: [{ url }] });
    await client.event("turn-sealed");
    const { chunks } = (await ask("GET", "/conversations/image")).body;
    assert.match(chunks[0].chunk.url, /^\/images\/image\/[0-9a-f]+\.gif$/);
    const served = await fetch(http + chunks[0].chunk.url);
    assert.equal(`data:${served.headers.get("content-type")};base64,${Buffer.from(await served.arrayBuffer()).toString("base64")}`, url);
    client.end();
  },
  "0.1 row 18 a page of another site opens no socket": async () => {
    for (const url of [socketUrl, `${http.replace("http", "ws")}/ws`])
      await assert.rejects(Client.connect(url, { origin: "https://evil.example" }), /403/);
    (await Client.connect(socketUrl, { origin: "http://localhost:24204" })).end();
  },
  "3.3 a client that closes properly is answered, and compression is not forced on it": async () => {
    const client = await Client.connect(socketUrl, { perMessageDeflate: true });
    await client.frame("catalog");
    client.socket.close(1000, "bye");
    const [code] = await once(client.socket, "close");
    assert.equal(code, 1000);
  },
  "3.3 a turn that nobody watches goes on, and its subscriber of later gets nothing of it": async () => {
    const sender = await Client.connect();
    sender.send({ type: "chat.send", conversationId: "alone", message: "plain" });
    await sender.event("user-message");
    sender.end();
    await ask("GET", "/conversations/alone/last");
    const client = await Client.connect();
    client.send({ type: "chat.subscribe", conversationId: "alone" });
    client.send({ type: "chat.send", conversationId: "alone", message: "plain again" });
    const events = await client.event("turn-sealed");
    assert.deepEqual(
      events.filter(({ type }) => type === "user-message").map(({ text }) => text),
      ["plain again"],
    );
    client.end();
  },
};

if (http === undefined) for (const item of Object.keys(items)) console.log(JSON.stringify({ item }));
else
  for (const [item, check] of Object.entries(items)) {
    try {
      await check();
      console.log(JSON.stringify({ item }));
    } catch (thrown) {
      console.log(JSON.stringify({ item, problem: thrown instanceof Error ? thrown.message : String(thrown) }));
    }
  }
process.exit(0);
