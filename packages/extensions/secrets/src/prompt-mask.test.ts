import type { Message, Model, ModelRequest } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { PromptMask } from "./prompt-mask.ts";
import { SecretValues } from "./secret-values.ts";

const key = "canary-of-a-prompt-0001";
const message = (role: Message["role"], ...chunks: readonly Message["parts"][number]["chunk"][]): Message => ({
  id: role,
  role,
  parts: chunks.map((chunk) => ({ chunk })),
});

function told() {
  const requests: ModelRequest[] = [];
  const model: Model = {
    name: "p/m",
    async *stream(request) {
      requests.push(request);
      yield { type: "finish", unified: "stop" };
    },
  };
  return { model, requests };
}
const ask = async (model: Model, request: ModelRequest) =>
  void (await Array.fromAsync(model.stream(request, new AbortController().signal)));

test("no value reaches a model: not by the prompt, a message, a result, a note or a tool's description", async () => {
  const { model, requests } = told();
  const request: ModelRequest = {
    system: `The key is ${key}.`,
    messages: [
      message("user", { type: "text", text: `use ${key}` }, { type: "system", text: `note ${key}` }),
      message("tool", { type: "tool-result", toolCallId: "c", toolName: "t", content: `got ${key}`, isError: false }),
    ],
    tools: [{ name: "t", description: `like ${key}`, inputSchema: {} }],
  };
  await ask(new PromptMask(new SecretValues([key])).model(model), request);
  expect(JSON.stringify(requests)).not.toContain("canary");
  expect(JSON.stringify(requests).match(/\[masked\]/g)).toHaveLength(5);
});

test("what a model said goes back unchanged, and what holds no value is the same object", async () => {
  const { model, requests } = told();
  const said = message("assistant", { type: "thinking", text: key }, { type: "text", text: key });
  const plain = message("user", { type: "text", text: "Hi" });
  const tool = { name: "t", description: "d", inputSchema: {} };
  await ask(new PromptMask(new SecretValues([key])).model(model), { system: "", messages: [said, plain], tools: [tool] });
  expect(
    [requests[0]?.messages[0], requests[0]?.messages[1], requests[0]?.tools[0]].map((one, index) => one === [said, plain, tool][index]),
  ).toEqual([true, true, true]);
});

test("a value that becomes secret later is masked in messages that were searched before", async () => {
  const { model, requests } = told();
  const secrets = new SecretValues(["another-value-1"]);
  const masked = new PromptMask(secrets).model(model);
  const request = { system: "", messages: [message("user", { type: "text", text: key })], tools: [] };
  await ask(masked, request);
  secrets.keep(key);
  await ask(masked, request);
  expect(requests.map(({ messages }) => JSON.stringify(messages).includes(key))).toEqual([true, false]);
});
