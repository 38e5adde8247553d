import { parseOpenMetrics, sampleOf } from "@dispatch/metrics/fixture";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

async function numbersOf(url: string) {
  const response = await fetch(`${url}/metrics`);
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  ]);
  const families = parseOpenMetrics(await response.text());
  return { families, of: (name: string, labels = {}) => sampleOf(families, name, labels) };
}

test("a server that has done nothing tells its numbers already, each by the format's grammar", async () => {
  await using api = await startApi([]);
  const { families, of } = await numbersOf(api.url);
  expect(families.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "dispatch_turns",
      "dispatch_tokens",
      "dispatch_tool_calls",
      "dispatch_queue_messages",
      "dispatch_store_duration_seconds",
    ]),
  );
  expect(of("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  expect(of("dispatch_running_turns")).toBe(0);
});

test("turns, steps, tokens, tool calls, retries, commits and who watches are counted through the real server", async () => {
  const usage = { promptTokens: 100, completionTokens: 10, cachedTokens: 60 };
  const call = toolCallAnswer([{ id: "1", name: "read_file", arguments: JSON.stringify({ path: "missing.txt" }) }], 16, usage);
  await using api = await startApi([call, textAnswer(["Done."], usage)]);
  const socket = new WebSocket(api.socketUrl);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.send(JSON.stringify({ type: "chat.subscribe", conversationId: "c1" }));
  await api.chat({ message: "Read it", conversationId: "c1" });
  await expect.poll(async () => (await numbersOf(api.url)).of("dispatch_websocket_subscriptions")).toBe(1);
  const { of } = await numbersOf(api.url);
  const model = { model: "opencode/scripted" };
  expect(of("dispatch_turns_total", { ...model, outcome: "stop" })).toBe(1);
  expect(of("dispatch_steps_total", model)).toBe(2);
  expect(of("dispatch_tokens_total", { ...model, kind: "input" })).toBe(200);
  expect(of("dispatch_tokens_total", { ...model, kind: "cache_read" })).toBe(120);
  expect(of("dispatch_model_requests_total", model)).toBe(2);
  expect(of("dispatch_tool_calls_total", { tool: "read_file" })).toBe(1);
  expect(of("dispatch_tool_call_duration_seconds_count", { tool: "read_file" })).toBe(1);
  expect(of("dispatch_store_duration_seconds_count", { operation: "commit" })).toBeGreaterThan(2);
  expect([of("dispatch_running_turns"), of("dispatch_chat_streams"), of("dispatch_websocket_connections")]).toEqual([0, 0, 1]);
  socket.close();
});

test("a request that is repeated after a failure counts as a retry", async () => {
  await using api = await startApi([{ status: 503, steps: [] }, textAnswer(["At last."])]);
  await api.chat({ message: "Hi" });
  const { of } = await numbersOf(api.url);
  expect([of("dispatch_model_requests_total"), of("dispatch_provider_retries_total")]).toEqual([2, 1]);
});

test("the numbers are for those alone who have the token", async () => {
  await using api = await startApi([], { DISPATCH_TOKEN: "a-token-of-the-tests" });
  expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
  const response = await fetch(`${api.url}/metrics`, { headers: { authorization: "Bearer a-token-of-the-tests" } });
  expect(parseOpenMetrics(await response.text()).length).toBeGreaterThan(10);
});
