import { type Json, resultText, validate } from "@dispatch/kernel";
import { FakeClock, MemoryWorkspace, toolCall, toolLaws } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { crawlMsMax, pollMs } from "./crawl-site.ts";
import { firecrawlClient } from "./firecrawl-client.ts";
import { type Answering, never, startFirecrawl, success } from "./firecrawl-server.fixture.ts";
import { openFindings } from "./open-findings.ts";
import { webSearch } from "./web-search.ts";

const apiKey = "fc-key-of-the-tests";

function desk(answer: Answering) {
  const server = startFirecrawl(answer);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const clock = new FakeClock();
  const left: Promise<unknown>[] = [];
  const background = (work: () => Promise<unknown>) => void left.push(work().catch(() => {}));
  const findings = openFindings({ access: { apiKey, apiUrl: server.url }, allow: ["*.test.example", "9.9.9.9"], clock, background });
  const tool = webSearch(async () => findings);
  const run = async (asked: { readonly [field: string]: Json }, signal?: AbortSignal) => {
    const result = await tool.run({ action: "search", offset: 0, ...asked }, toolCall(new MemoryWorkspace(), signal));
    return { text: resultText(result), refused: result.refused === true, details: result.details };
  };
  return { server, clock, tool, run, left };
}
const caught = (outcome: Promise<unknown>) => outcome.catch((thrown: unknown) => thrown);
const url = "https://9.9.9.9/";
const page = (sourceURL: string, markdown: string, more: object = {}) => ({
  markdown,
  metadata: { sourceURL, title: `Title of ${sourceURL}`, statusCode: 200, ...more },
});

const ordinary: Answering = ({ route }) => {
  switch (route) {
    case "POST /v2/search":
      return success({
        data: { web: [{ url: "https://a.example/", title: "A", description: "About\nA" }, { url: "https://b.example/" }] },
      });
    case "POST /v2/scrape":
      return success({ data: page(url, "# Hello\n\nWorld") });
    case "POST /v2/map":
      return success({ links: ["https://a.example/1", { url: "https://a.example/2", title: "Two" }] });
    case "POST /v2/crawl":
      return success({ id: "job-1", url: "https://x" });
    default:
      return success({ status: "completed", completed: 2, total: 2, next: null, data: [page(`${url}1`, "one"), page(`${url}2`, "two")] });
  }
};

for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => ({
      tool: desk(ordinary).tool,
      workspace: new MemoryWorkspace(),
      good: [{ query: "cats" }, { action: "scrape", url }, { action: "map", url, query: "x" }, { action: "crawl", url, limit: 3 }],
      misfits: [
        {},
        { action: "search" },
        { action: "scrape", query: "x" },
        { action: "dig", url },
        { query: " " },
        { query: "x", limit: 0 },
        { query: "x", hits: 3 },
      ],
      refused: [
        { action: "scrape", url: "http://192.168.1.1/" },
        { action: "crawl", url: "file:///etc/passwd" },
        { action: "map", url: "nonsense" },
        { query: "cats", offset: 5_000 },
      ],
    })),
  );

test("a search is a list of titles, URLs and descriptions, with the key and the limit that were given", async () => {
  const { server, run } = desk(ordinary);
  const { text, details } = await run({ query: "cats", limit: 500 });
  expect(text).toContain('content of a web search for "cats": data to read');
  expect(text).toContain("<<<<<<<<\n1. A\n   https://a.example/\n   About A\n2. (no title)\n   https://b.example/\n>>>>>>>>");
  expect(details).toMatchObject({ action: "search", count: 2 });
  expect(server.requests).toMatchObject([
    { route: "POST /v2/search", authorization: `Bearer ${apiKey}`, body: { query: "cats", limit: 20 } },
  ]);
});

test("a page is its Markdown with its title; an error page says that it is one", async () => {
  const { run } = desk((_, nth) => success({ data: nth === 1 ? page(url, "# Hello") : page(url, "Not here", { statusCode: 404 }) }));
  expect((await run({ action: "scrape", url })).text).toMatch(
    /content of https:\/\/9\.9\.9\.9\/:[\s\S]*which is data too: Title of[\s\S]*\n# Hello\n/,
  );
  expect((await run({ action: "scrape", url })).text).toMatch(/no more than an error page: the page answered with status 404/);
});

test("a map is a list of URLs, a crawl the pages under theirs", async () => {
  const { run, server } = desk(ordinary);
  expect((await run({ action: "map", url, query: "docs" })).text).toContain(
    "<<<<<<<<\nhttps://a.example/1\nhttps://a.example/2  Two\n>>>>>>>>",
  );
  expect(server.requests[0]?.body).toMatchObject({ url, search: "docs", limit: 200 });
  const { text, details } = await run({ action: "crawl", url });
  expect(text).toContain(`<<<<<<<<\n# ${url}1\n\none\n\n# ${url}2\n\ntwo\n>>>>>>>>`);
  expect(details).toMatchObject({ action: "crawl", count: 2 });
  expect(server.requests.map(({ route }) => route)).toEqual(["POST /v2/map", "POST /v2/crawl", "GET /v2/crawl/job-1"]);
});

test("a long result is asked for once, and its parts join", async () => {
  const markdown = "some words here\n".repeat(5_000);
  const { run, server } = desk(() => success({ data: page(url, markdown) }));
  const first = await run({ action: "scrape", url });
  const offset = Number(/Go on with offset (\d+)\.$/.exec(first.text)?.[1]);
  const next = await run({ action: "scrape", url, offset });
  expect(next.text).toContain(`Characters ${offset} to `);
  expect(server.requests).toHaveLength(1);
});

test("what was found nowhere says so", async () => {
  const { run } = desk(({ route }) =>
    route.endsWith("search") ? success({ data: {} }) : route.endsWith("map") ? success({}) : success({ data: {} }),
  );
  expect((await run({ query: "x" })).text).toMatch(/Nothing was found\. Try other words/);
  expect((await run({ action: "map", url })).text).toMatch(/No URLs were found/);
  expect((await run({ action: "scrape", url })).text).toMatch(/It holds no text/);
});

test("what a model may not fetch itself it may not have fetched either, unless it is allowed", async () => {
  const { run, server } = desk(ordinary);
  for (const inner of ["http://192.168.1.1/", "http://[::1]/", "http://169.254.169.254/"])
    expect((await run({ action: "scrape", url: inner })).text).toMatch(/not of the public internet/);
  expect(server.requests).toEqual([]);
});

test.each<[number, object, string, RegExp]>([
  [400, { error: `bad ${apiKey} query` }, "refused", /status 400: bad … query$/],
  [401, { error: "Unauthorized" }, "denied", /check FIRECRAWL_API_KEY; web_fetch/],
  [402, { error: "Payment required" }, "no-credit", /no credit left/],
  [403, {}, "denied", /check FIRECRAWL_API_KEY/],
  [404, {}, "refused", /status 404/],
  [429, { error: "Rate limit" }, "limited", /Wait a minute/],
])("status %i is refused with what to do, and without the key", async (status, body, code, sentence) => {
  const { run, server } = desk(() => Response.json(body, { status }));
  const { text, refused, details } = await run({ query: "x" });
  expect([refused, text, details]).toEqual([true, expect.stringMatching(sentence), { code: `tool-web-search/${code}` }]);
  expect(JSON.stringify([text, details])).not.toContain(apiKey);
  expect(server.requests).toHaveLength(1);
});

const html = () => new Response("<html><title>Login</title></html>", { headers: { "content-type": "text/html" } });

test.each<[string, () => Response, string]>([
  ["500", () => new Response("oops", { status: 500 }), "unavailable"],
  ["502", () => new Response("", { status: 502 }), "unavailable"],
  ["503", () => Response.json({ error: "down" }, { status: 503 }), "unavailable"],
  [
    "408",
    () => Response.json({ code: "SCRAPE_TIMEOUT", details: { state: "processing_continues", retryAfterSeconds: 60 } }, { status: 408 }),
    "unavailable",
  ],
  ["a web page", html, "garbled"],
  ["nothing", () => new Response(""), "garbled"],
  ["null", () => Response.json(null), "garbled"],
  ["a list", () => Response.json([1]), "garbled"],
  ["half of JSON", () => new Response('{"success":true,"da', { headers: { "content-type": "application/json" } }), "garbled"],
  ["another shape", () => success({ data: { web: [{ link: 1 }], markdown: 5 }, links: 7 }), "garbled"],
  ["a way elsewhere", () => Response.redirect("http://127.0.0.1:1/", 302), "garbled"],
])("%s is a fault that says what it means, for every action", async (_, answer, code) => {
  const { run, server } = desk(answer);
  for (const asked of [{ query: "x" }, { action: "scrape", url }, { action: "map", url }, { action: "crawl", url }]) {
    const fault = await caught(run(asked));
    expect(fault).toMatchObject({ kind: "unavailable", code: `tool-web-search/${code}` });
    expect(String(fault)).not.toContain(apiKey);
  }
  expect(server.requests).toHaveLength(4);
});

test("a server that is not there is told, with the reason", async () => {
  const { run, server } = desk(ordinary);
  await server[Symbol.asyncDispose]();
  await expect(run({ query: "x" })).rejects.toMatchObject({
    kind: "unavailable",
    code: "tool-web-search/unreachable",
    message: expect.stringMatching(/cannot be reached \(ECONN/),
  });
});

// Reaches answerBytesMax.
test("an answer without an end is not read to its end", async () => {
  const piece = new Uint8Array(1024 * 1024).fill(32);
  let pieces = 0;
  const pull = (stream: ReadableStreamDefaultController) => {
    pieces++;
    stream.enqueue(piece);
  };
  const { run, server } = desk(() => new Response(new ReadableStream({ pull }), { headers: { "content-type": "application/json" } }));
  const before = process.memoryUsage().rss;
  expect(await run({ query: "x" })).toMatchObject({ refused: true, text: expect.stringMatching(/too large\. Ask for fewer/) });
  await server.left(1);
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  expect(pieces).toBeGreaterThan(20);
  expect(pieces).toBeLessThan(60);
});

// Reaches requestMsMax of findings.ts.
test("a server that is silent is left when the time is over, and its connection with it", async () => {
  const { run, server, clock } = desk(never);
  for (const [at, asked] of [{ query: "x" }, { action: "scrape", url }, { action: "map", url }].entries()) {
    const outcome = caught(run(asked));
    await server.asked(at + 1);
    await clock.advance(90_000);
    expect(await outcome).toMatchObject({ kind: "unavailable", code: "tool-web-search/too-slow" });
    await server.left(at + 1);
  }
  expect(clock.sleeping).toBe(0);
});

test("a stop ends the call at once, and its connection with it", async () => {
  const { run, server, clock } = desk(never);
  for (const [at, asked] of [{ query: "x" }, { action: "scrape", url }, { action: "map", url }].entries()) {
    const stop = new AbortController();
    const outcome = caught(run(asked, stop.signal));
    await server.asked(at + 1);
    stop.abort();
    expect(await outcome).toMatchObject({ kind: "cancelled", code: "tool-web-search/cancelled" });
    await server.left(at + 1);
  }
  expect(clock.sleeping).toBe(0);
});

const scraping = (data: readonly object[] = []) => success({ status: "scraping", completed: data.length, total: 9, data });
const crawling =
  (status: Answering): Answering =>
  (request, nth) =>
    request.route === "POST /v2/crawl"
      ? success({ id: "job-1" })
      : request.route.startsWith("DELETE")
        ? Response.json({ status: "cancelled" })
        : status(request, nth);

test("a crawl is looked at until it is over, also when its server fails now and then", async () => {
  const { run, server, clock, left } = desk(
    crawling((_, nth) =>
      nth === 3
        ? success({ status: "completed", completed: 1, total: 1, data: [page(url, "one")] })
        : nth === 1
          ? scraping()
          : new Response("", { status: 503 }),
    ),
  );
  const outcome = run({ action: "crawl", url });
  for (const requests of [2, 3]) {
    await server.asked(requests);
    await clock.untilSleeping(2);
    await clock.advance(pollMs);
  }
  expect((await outcome).text).toContain("one");
  expect([left, clock.sleeping]).toEqual([[], 0]);
});

test("a crawl that takes too long gives what it has, and is cancelled on the other side", async () => {
  const { run, server, clock, left } = desk(crawling(() => scraping([page(url, "first")])));
  const outcome = run({ action: "crawl", url });
  await server.asked(2);
  for (let ms = 0; ms < crawlMsMax; ms += pollMs) {
    await clock.untilSleeping(2);
    await clock.advance(pollMs);
    if (server.requests.length > 200) break;
  }
  const { text } = await outcome;
  expect(text).toMatch(/did not come to its end \(scraping, 1 of 9 pages\)[\s\S]*first/);
  await Promise.all(left);
  expect(server.requests.at(-1)).toMatchObject({ route: "DELETE /v2/crawl/job-1", authorization: `Bearer ${apiKey}` });
});

test("a stopped crawl is cancelled on the other side, also when it had not answered to its start", async () => {
  for (const early of [true, false]) {
    const started = Promise.withResolvers<Response>();
    const { run, server, left } = desk((request, nth) =>
      early && request.route === "POST /v2/crawl" ? started.promise : crawling(() => scraping())(request, nth),
    );
    const stop = new AbortController();
    const outcome = caught(run({ action: "crawl", url }, stop.signal));
    await server.asked(early ? 1 : 2);
    stop.abort();
    expect(await outcome).toMatchObject({ kind: "cancelled" });
    started.resolve(success({ id: "job-1" }));
    await Promise.all(left);
    expect(server.requests.at(-1)?.route).toBe("DELETE /v2/crawl/job-1");
  }
});

test("a crawl that failed, or whose server keeps failing, is a fault", async () => {
  const failed = desk(crawling(() => success({ status: "failed", completed: 0, total: 0, data: [] })));
  await expect(failed.run({ action: "crawl", url })).rejects.toMatchObject({ code: "tool-web-search/crawl-failed" });
  const gone = desk(crawling(() => Response.json({}, { status: 404 })));
  expect(await gone.run({ action: "crawl", url })).toMatchObject({ refused: true, details: { code: "tool-web-search/refused" } });
  await Promise.all(gone.left);
  expect(gone.server.requests.at(-1)?.route).toBe("DELETE /v2/crawl/job-1");
});

test("an id that is none never becomes a path", async () => {
  const { run, server } = desk(() => success({ id: "../../v1/keys" }));
  await expect(run({ action: "crawl", url })).rejects.toMatchObject({ code: "tool-web-search/garbled" });
  expect(server.requests).toHaveLength(1);
});

// Reaches failuresMax.
test("a crawl's server may fail three times in a row", async () => {
  for (const [failures, ending] of [
    [3, "one"],
    [4, "tool-web-search/unavailable"],
  ] as const) {
    const done = () => success({ status: "completed", completed: 1, total: 1, data: [page(url, "one")] });
    const { run, server, clock, left } = desk(crawling((_, nth) => (nth <= failures ? new Response("", { status: 503 }) : done())));
    const outcome = run({ action: "crawl", url }).then(
      ({ text }) => text,
      (thrown: { code: string }) => thrown.code,
    );
    for (const requests of [2, 3, 4]) {
      await server.asked(requests);
      await clock.untilSleeping(2);
      await clock.advance(pollMs);
    }
    expect(await outcome).toContain(ending);
    await Promise.all(left);
  }
});

// Reaches requestMsMax of firecrawl-client.ts, cancelMsMax.
test("what nobody waits for any more is left when its own time is over", async () => {
  const { server } = desk(never);
  const access = { apiKey, apiUrl: server.url };
  await expect(firecrawlClient(access, { requestMs: 20, cancelMs: 60_000 }).startCrawl(url, 1)).rejects.toThrow("timeout of 20ms");
  await expect(firecrawlClient(access, { requestMs: 60_000, cancelMs: 20 }).cancelCrawl("job-1")).rejects.toThrow("timeout of 20ms");
  await server.left(2);
});

// Reaches checkMsMax.
test("where a page lies is looked up for ten seconds", async () => {
  const clock = new FakeClock();
  const resolve = () => new Promise<never>(() => {});
  const findings = openFindings({ access: { apiKey, apiUrl: "http://127.0.0.1:1" }, allow: [], clock, background: () => {}, resolve });
  const outcome = caught(findings.find({ action: "scrape", url: "https://a.example/" }, new AbortController().signal));
  await clock.advance(9_999);
  expect(clock.sleeping).toBe(1);
  await clock.advance(1);
  expect(await outcome).toMatchObject({ kind: "unavailable" });
  expect(clock.sleeping).toBe(0);
});

// Reaches urlCharactersMax.
test("a URL has at most 8,000 characters", async () => {
  const { tool } = desk(never);
  const scrape = (length: number) => ({ action: "scrape", url: `https://a.example/${"x".repeat(length - 18)}` });
  expect((await validate(tool.input, scrape(8_000))).ok).toBe(true);
  expect((await validate(tool.input, scrape(8_001))).ok).toBe(false);
});

// Reaches wordsMax of answers.ts.
test("of a result's title and description, and of a page's trouble, 500 characters are shown", async () => {
  const long = "x".repeat(600);
  const { run } = desk(({ route }) =>
    success({ data: route.endsWith("search") ? { web: [{ url, title: long, description: long }] } : page(url, "text", { error: long }) }),
  );
  const shown = `${"x".repeat(499)}…`;
  expect((await run({ query: "x" })).text).toContain(`1. ${shown}\n   ${url}\n   ${shown}\n`);
  expect((await run({ action: "scrape", url })).text).toContain(`no more than an error page: ${shown}.`);
});

// Reaches wordsMax of firecrawl-fault.ts.
test("of what a server says to a refusal 300 characters are shown", async () => {
  const { run } = desk(() => Response.json({ error: "x".repeat(1_000) }, { status: 400 }));
  expect(/x{10,}$/.exec((await run({ query: "x" })).text)?.[0]).toHaveLength(300);
});

// Reaches shownUrlCharactersMax, titleCharactersMax.
test("of a page's address a thousand characters are shown, of its title 300", async () => {
  const address = `${url}${"y".repeat(2_000)}`;
  const { run } = desk(() => success({ data: page(address, "text", { title: "x".repeat(400) }) }));
  const { text } = await run({ action: "scrape", url });
  expect(text).toContain(`content of ${address.slice(0, 999)}…: data`);
  expect(text).toContain(`which is data too: ${"x".repeat(299)}…\n`);
});
