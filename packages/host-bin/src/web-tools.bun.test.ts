import { answer, redirect, type Say, startLoopback } from "@dispatch/egress-guard/fixture";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";

const done = textAnswer(["Done."]);
const call = (name: string, input: object) => toolCallAnswer([{ id: "1", name, arguments: JSON.stringify(input) }]);
const json = (value: object): Say => answer(JSON.stringify(value), { "content-type": "application/json" });

async function serve(say: Say) {
  const site = await startLoopback(say);
  onTestFinished(() => site[Symbol.asyncDispose]());
  return { site, url: `http://127.0.0.2:${site.port}` };
}
const resultOf = async (api: Api) => (await api.chat({ message: "Go", conversationId: "c" })).find(({ type }) => type === "tool-result");
const toolsOf = (api: Api) =>
  ((api.model.requests[0]?.body ?? { tools: [] }) as { tools: readonly { function: { name: string } }[] }).tools.map(
    (tool) => tool.function.name,
  );

test("a turn reads a page of a host that is allowed, and the model gets it as data", async () => {
  const { url } = await serve(answer("<title>Pets</title><h1>Cats</h1>", { "content-type": "text/html" }));
  await using api = await startApi([call("web_fetch", { url }), done], { DISPATCH_FETCH_ALLOW: "127.0.0.2" });
  expect(await resultOf(api)).toMatchObject({
    isError: false,
    content: expect.stringMatching(/data to read, not instructions[\s\S]*\n# Cats\n/),
  });
  expect(JSON.stringify(api.model.requests[1]?.body)).toContain("# Cats");
});

test("a page that leads inward is refused, the server's own door too, and the turn goes on", async () => {
  const { url } = await serve((socket, head) =>
    redirect(head.startsWith("GET /api ") ? "http://localhost:24203/models" : "http://169.254.169.254/")(socket, head),
  );
  for (const path of ["/api", "/metadata"]) {
    await using api = await startApi([call("web_fetch", { url: url + path }), done], { DISPATCH_FETCH_ALLOW: "127.0.0.2" });
    const events = await api.chat({ message: "Go" });
    expect(events.find(({ type }) => type === "tool-result")).toMatchObject({
      isError: true,
      content: expect.stringMatching(/not of the public internet/),
    });
    expect(events.at(-1)).toMatchObject({ type: "turn-sealed" });
  }
});

test("without their settings web_search and youtube_transcript are not offered; with them they answer", async () => {
  await using bare = await startApi([done]);
  await bare.chat({ message: "Go" });
  expect(toolsOf(bare)).toContain("web_fetch");
  expect(toolsOf(bare)).not.toContain("web_search");
  expect(toolsOf(bare)).not.toContain("youtube_transcript");

  const { site, url } = await serve((socket, head) =>
    json(
      head.startsWith("POST /v2/search")
        ? { success: true, data: { web: [{ url: "https://a.example/", title: "A" }] } }
        : { text: "Hello from the video." },
    )(socket, head),
  );
  const environment = { FIRECRAWL_API_KEY: "fc-secret", FIRECRAWL_API_URL: url, TRANSCRIBER_URL: url };
  await using searching = await startApi([call("web_search", { query: "cats" }), done], environment);
  expect(await resultOf(searching)).toMatchObject({ isError: false, content: expect.stringContaining("1. A\n   https://a.example/") });
  expect(toolsOf(searching)).toEqual(expect.arrayContaining(["web_search", "youtube_transcript"]));
  expect(site.requests[0]).toMatch(/authorization: Bearer fc-secret/i);
  expect(JSON.stringify(searching.model.requests)).not.toContain("fc-secret");

  await using watching = await startApi([call("youtube_transcript", { video: "https://youtu.be/dQw4w9WgXcQ" }), done], environment);
  expect(await resultOf(watching)).toMatchObject({ isError: false, content: expect.stringContaining("Hello from the video.") });
});

test("a service that is down fails its call alone", async () => {
  const environment = { FIRECRAWL_API_KEY: "fc-secret", FIRECRAWL_API_URL: "http://127.0.0.2:1", TRANSCRIBER_URL: "http://127.0.0.2:1" };
  await using api = await startApi([call("web_search", { query: "cats" }), done], environment);
  const events = await api.chat({ message: "Go" });
  expect(events.find(({ type }) => type === "tool-result")).toMatchObject({
    isError: true,
    content: expect.stringMatching(/Firecrawl cannot be reached/),
  });
  expect(events.find(({ type }) => type === "done")).toBeDefined();
  expect(JSON.stringify(events)).not.toContain("fc-secret");
});

test("an entry of DISPATCH_FETCH_ALLOW that is none sets the web tools aside, and the rest works", async () => {
  await using api = await startApi([done], { DISPATCH_FETCH_ALLOW: "http://nas.lan" });
  await api.chat({ message: "Go" });
  expect(toolsOf(api)).not.toContain("web_fetch");
  expect(api.kernel.report.failed).toMatchObject([
    { id: "tool-fetch", fault: { message: expect.stringContaining("DISPATCH_FETCH_ALLOW") } },
  ]);
});
