import type { Json, Message } from "@dispatch/kernel";
import type { Chunk, Role } from "@dispatch/wire";
import { expect, test } from "vitest";
import { forgetThoughts, promptOf as promptFor } from "./prompt.ts";

const promptOf = (system: string, messages: readonly Message[]) => promptFor(system, messages, "mine");

const message = (role: Role, ...chunks: readonly (Chunk | [Chunk, Json])[]): Message => ({
  id: "m",
  role,
  parts: chunks.map((chunk) => (Array.isArray(chunk) ? { chunk: chunk[0], providerMetadata: chunk[1] } : { chunk: chunk as Chunk })),
});
const text = (value: string): Chunk => ({ type: "text", text: value });
const only = (one: Message) => promptOf("", [one]).at(-1);

test("the system prompt stands first, and an empty one is left out", () => {
  expect(promptOf("Be brief.", [message("user", text("hi"))])).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "hi" }] },
  ]);
  expect(promptOf("", [])).toEqual([]);
});

test("a summary in the history is a system message of its own", () => {
  expect(only(message("system", text("So far: a"), text("and b")))).toEqual({ role: "system", content: "So far: a\n\nand b" });
});

test("images go inline, by address, or are named when only this server could read them", () => {
  const shown = only(
    message(
      "user",
      text("look"),
      { type: "image", url: "data:image/jpeg;base64,AAAA" },
      { type: "image", url: "https://example.com/a.png", mimeType: "image/png" },
      { type: "image", url: "/images/c-1/a.png" },
    ),
  );
  expect(shown?.content).toEqual([
    { type: "text", text: "look" },
    { type: "file", mediaType: "image/jpeg", data: { type: "data", data: "AAAA" } },
    { type: "file", mediaType: "image/png", data: { type: "url", url: new URL("https://example.com/a.png") } },
    { type: "text", text: "[An image that only this server can read: /images/c-1/a.png]" },
  ]);
});

test("an assistant's reasoning, text and calls keep their order and their provider's metadata", () => {
  const signed = { anthropic: { signature: "s" } };
  const said = only(
    message("assistant", [{ type: "thinking", text: "hm" }, { mine: signed }], text("ok"), {
      type: "tool-call",
      toolCallId: "c",
      toolName: "glob",
      input: { pattern: "*" },
    }),
  );
  expect(said?.content).toEqual([
    { type: "reasoning", text: "hm", providerOptions: signed },
    { type: "text", text: "ok" },
    { type: "tool-call", toolCallId: "c", toolName: "glob", input: { pattern: "*" } },
  ]);
});

test("a call whose input was no JSON goes back as an empty object, for providers refuse anything else", () => {
  const said = only(message("assistant", { type: "tool-call", toolCallId: "c", toolName: "glob", input: null }));
  expect(said?.content).toEqual([{ type: "tool-call", toolCallId: "c", toolName: "glob", input: {} }]);
});

test("a tool's result says whether it is an error", () => {
  const result = (isError: boolean) =>
    only(message("tool", { type: "tool-result", toolCallId: "c", toolName: "glob", content: "a", isError }))?.content;
  expect(result(false)).toEqual([{ type: "tool-result", toolCallId: "c", toolName: "glob", output: { type: "text", value: "a" } }]);
  expect(result(true)).toEqual([{ type: "tool-result", toolCallId: "c", toolName: "glob", output: { type: "error-text", value: "a" } }]);
});

test("errors never reach a model, and a message that is empty without them is left out", () => {
  const failed = message("assistant", { type: "error", message: "no" });
  const cut = message("assistant", text("half"), { type: "error", message: "no" });
  expect(promptOf("", [message("user", text("hi")), failed, cut, message("user", text(""))]).slice(1)).toEqual([
    { role: "assistant", content: [{ type: "text", text: "half" }] },
  ]);
});

test("a message is translated once in its life", () => {
  const history = [message("user", text("hi")), message("assistant", { type: "error", message: "no" })];
  const [first] = promptOf("", history);
  expect(promptOf("other", history)[1]).toBe(first);
});

test("metadata goes back to the provider that gave it, and to no other", () => {
  const said = message(
    "assistant",
    [text("a"), { mine: { openai: { itemId: "1" } } }],
    [text("b"), { other: { openai: { itemId: "2" } } }],
  );
  expect(only(said)?.content).toEqual([
    { type: "text", text: "a", providerOptions: { openai: { itemId: "1" } } },
    { type: "text", text: "b" },
  ]);
  expect(promptFor("", [said], "other").at(-1)?.content).toEqual([
    { type: "text", text: "a" },
    { type: "text", text: "b", providerOptions: { openai: { itemId: "2" } } },
  ]);
});

test.each([null, 7, "x", [[]], {}, { mine: null }, { mine: "x" }, { mine: [] }])("metadata of another form (%j) is none", (metadata) => {
  expect(only(message("assistant", [text("a"), metadata as Json]))?.content).toEqual([{ type: "text", text: "a" }]);
});

test("a part without text stays where it carries what its provider wants back", () => {
  const signed = { mine: { google: { thoughtSignature: "s" } } };
  const said = message("assistant", [{ type: "thinking", text: "" }, signed], [text(""), signed], [text(""), { other: {} }]);
  expect(only(said)?.content).toEqual([
    { type: "reasoning", text: "", providerOptions: { google: { thoughtSignature: "s" } } },
    { type: "text", text: "", providerOptions: { google: { thoughtSignature: "s" } } },
  ]);
  expect(promptFor("", [said], "third")).toEqual([]);
});

test("reasoning that nothing follows is left out: providers refuse it, and a cut step leaves it", () => {
  const cut = message("assistant", text("so"), { type: "thinking", text: "hm" }, { type: "error", message: "cut" });
  expect(only(cut)?.content).toEqual([{ type: "text", text: "so" }]);
  expect(promptOf("", [message("assistant", { type: "thinking", text: "hm" })])).toEqual([]);
});

test("thoughts that were refused are forgotten for good, with what came with them, and only for the provider that refused them", () => {
  const signed = (signature: string) => ({ refusing: { anthropic: { signature } }, other: { anthropic: { signature } } });
  const said = message("assistant", [{ type: "thinking", text: "hm" }, signed("1")], [text("ok"), signed("2")]);
  const history = [message("user", text("hi")), said];
  expect(promptFor("", history, "refusing")[1]?.content).toHaveLength(2);
  expect(forgetThoughts(history, "refusing")).toBe(true);
  expect(promptFor("", history, "refusing")[1]).toEqual({ role: "assistant", content: [{ type: "text", text: "ok" }] });
  expect(promptFor("", history, "other")[1]?.content).toHaveLength(2);
  expect(forgetThoughts(history, "refusing")).toBe(false);
  expect(forgetThoughts(history, "other")).toBe(true);
  expect(forgetThoughts([message("user", text("hi"))], "refusing")).toBe(false);
});

test("a model never speaks first: in a conversation that was folded between two steps somebody asks it to go on", () => {
  const summary = message("system", text("So far: much."));
  const said = message("assistant", text("ok"));
  const opening = { role: "user", content: [{ type: "text", text: expect.any(String) }] };
  expect(promptOf("Be brief.", [summary, said])).toMatchObject([{ role: "system" }, { role: "system" }, opening, { role: "assistant" }]);
  expect(promptOf("", [message("user", text("hi")), said, said])).toMatchObject([
    { role: "user" },
    { role: "assistant" },
    { role: "assistant" },
  ]);
});
