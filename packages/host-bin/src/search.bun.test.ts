import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelServer, textAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";
import { type ServerProcess, startServerProcess } from "./server-process.fixture.ts";

interface Results {
  readonly results: readonly { readonly conversationId: string; readonly seq: number; readonly title: string }[];
  readonly indexing: boolean;
}

const places = ({ results }: Results) => results.map(({ conversationId, seq }) => `${conversationId} ${seq}`).toSorted();

async function search(url: string, q: string): Promise<Results> {
  return (await (await fetch(`${url}/search?q=${encodeURIComponent(q)}`)).json()) as Results;
}

/** Asks until nothing is missing any more. */
async function searchWhole(url: string, q: string): Promise<Results> {
  for (;;) {
    const answer = await search(url, q);
    if (!answer.indexing) return answer;
  }
}

const say = async ({ url }: ServerProcess, conversationId: string, message: string) =>
  (await fetch(`${url}/chat`, { method: "POST", body: JSON.stringify({ conversationId, message }) })).text();

test("what was said in any conversation is found over HTTP, also by a server that was killed", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-search-")));
  await using model = await startModelServer({ script: () => textAnswer(["The quokka smiles."]) });
  const environment = {
    DISPATCH_API_KEY: "a-key-of-the-tests",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: join(folder, "data/dispatch.db"),
  };
  try {
    {
      await using server = await startServerProcess(folder, environment);
      await say(server, "c1", "Tell me of animals");
      await say(server, "c2", "And of a quokka?");
      expect(places(await searchWhole(server.url, "quokka"))).toEqual(["c1 2", "c2 1", "c2 2"]);
      await say(server, "c3", "Nothing else");
    }
    {
      await using server = await startServerProcess(folder, environment);
      expect(places(await searchWhole(server.url, "quokka smiles"))).toEqual(["c1 2", "c2 2", "c3 2"]);
    }
    await rm(join(folder, "data/search.db"));
    await using server = await startServerProcess(folder, environment);
    expect(places(await searchWhole(server.url, "quokka smiles"))).toEqual(["c1 2", "c2 2", "c3 2"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a search that asks for nothing, or for too much, is refused", async () => {
  await using api = await startApi([]);
  for (const query of ["", "q=", "q=%20%20", `q=${"a".repeat(501)}`, "q=a&limit=0", "q=a&limit=101", "q=a&limit=x"])
    expect(await api.get(`/search?${query}`), query).toMatchObject({ status: 400, body: { kind: "invalid" } });
  for (const query of ["q=a&limit=&status=&workspaceId=", "q=%22", "q=a*&status=nonsense", "q=%00%F0%9F%98%80"])
    expect(await api.get(`/search?${query}`), query).toMatchObject({ status: 200, body: { results: [] } });
});

test("a new title, a closed conversation and another workspace are what a search goes by at once", async () => {
  await using api = await startApi([textAnswer(["Hello."])]);
  await api.chat({ message: "Some words", conversationId: "c1" });
  await api.send("PUT", "/conversations/c1/title", { title: "The okapi file" });
  expect((await searchWhole(api.url, "okapi")).results).toMatchObject([{ conversationId: "c1", title: "The okapi file", seq: 0 }]);
  await api.send("POST", "/conversations/c1/close");
  expect((await searchWhole(api.url, "words&status=closed")).results).toEqual([]);
  expect((await api.get<Results>("/search?q=words&status=closed")).body.results).toHaveLength(1);
  expect((await api.get<Results>("/search?q=words&status=idle,active")).body.results).toEqual([]);
  await api.send("PUT", "/conversations/c1/cwd", { cwd: "/tmp", workspaceId: "home" });
  expect((await api.get<Results>("/search?q=words&workspaceId=home")).body.results).toHaveLength(1);
  expect((await api.get<Results>("/search?q=words&workspaceId=default")).body.results).toEqual([]);
});
