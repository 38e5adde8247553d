import type { Chunk, Role } from "@dispatch/wire";
import { expect, test } from "vitest";
import type { Message } from "../contracts/message.ts";
import { interruptedCode, readModel } from "./read-model.ts";

const message = (role: Role, ...chunks: Chunk[]): Message => ({ id: "m", role, parts: chunks.map((chunk) => ({ chunk })) });
const text: Chunk = { type: "text", text: "half an ans" };
const call: Chunk = { type: "tool-call", toolCallId: "a", toolName: "look", input: {} };
const failed: Chunk = { type: "error", message: "the provider failed", code: "a/b" };
const interrupted: Chunk = { type: "error", message: "the server stopped", code: interruptedCode };

test("what needs no change is the same object", () => {
  const messages = [message("user", text), message("assistant", { type: "thinking", text: "hm" }), message("assistant", call)];
  expect(readModel(messages).map((shown, index) => shown === messages[index])).toEqual([true, true, true]);
});

test("failures are for people", () => {
  expect(readModel([message("assistant", text, failed), message("assistant", failed)])).toEqual([message("assistant", text)]);
});

test("half an answer of an interrupted step is for people too", () => {
  expect(readModel([message("assistant", { type: "thinking", text: "hm" }, text, interrupted)])).toEqual([]);
});

test("an interrupted step with calls stays, without the mark", () => {
  expect(readModel([message("assistant", text, call, interrupted)])).toEqual([message("assistant", text, call)]);
});

test("empty messages and empty text are left out, but not what a provider wants back", () => {
  const signed: Message = {
    id: "m",
    role: "assistant",
    parts: [{ chunk: { type: "thinking", text: "" }, providerMetadata: { signature: "s" } }],
  };
  expect(readModel([message("user"), message("user", { type: "text", text: "" }), signed])).toEqual([signed]);
});
