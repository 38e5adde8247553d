import type { Message, ToolSpec } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { answer } from "./answer.ts";

const tools: readonly ToolSpec[] = ["read_file", "write_file", "edit_file", "run_shell", "glob", "grep"].map((name) => ({
  name,
  description: "",
  inputSchema: {},
}));
const user = (text: string): Message => ({ id: "u", role: "user", parts: [{ chunk: { type: "text", text } }] });
const result = (toolName: string, content: string, isError = false): Message => ({
  id: "r",
  role: "tool",
  parts: [{ chunk: { type: "tool-result", toolCallId: "1", toolName, content, isError } }],
});
const called: Message = {
  id: "a",
  role: "assistant",
  parts: [{ chunk: { type: "tool-call", toolCallId: "1", toolName: "t", input: {} } }],
};

test("a request becomes one call, and its result a plain answer", () => {
  const first = answer({ messages: [user("List the files here")], tools });
  expect(first.text).toContain("no language model");
  expect(first.call).toEqual({ id: "offline-1", name: "read_file", input: { path: "." } });
  const second = answer({ messages: [user("List the files here"), called, result("read_file", "a.txt")], tools });
  expect(second.call).toBeUndefined();
  expect(second.text).toContain("a.txt");
});

test("an edit reads, then edits, then reports", () => {
  const messages = [user('replace "a" with "b" in f.txt')];
  expect(answer({ messages, tools }).call?.name).toBe("read_file");
  messages.push(called, result("read_file", "1: a"));
  expect(answer({ messages, tools }).call).toMatchObject({
    name: "edit_file",
    input: { path: "f.txt", edits: [{ old: "a", new: "b", replaceAll: true }] },
  });
  messages.push(called, result("edit_file", "1 replacement"));
  expect(answer({ messages, tools })).toEqual({ text: expect.stringContaining("f.txt is changed") });
});

test("a call that failed is told with what the tool said, and ends the request", () => {
  const said = answer({
    messages: [user('replace "a" with "b" in f.txt'), called, result("read_file", "There is no f.txt.", true)],
    tools,
  });
  expect(said).toEqual({ text: expect.stringContaining("There is no f.txt.") });
});

test("without tools it only talks, and what it does not understand gets the list of what it does", () => {
  expect(answer({ messages: [user("List the files here")], tools: [] }).call).toBeUndefined();
  const { text } = answer({ messages: [user("Write a poem")], tools });
  expect(text).toContain("no language model");
  expect(text).toContain("DISPATCH_API_KEY");
});

test("the last message counts, and the same request gives the same answer", () => {
  const messages = [user("List the files here"), called, result("read_file", "a.txt"), user("read a.txt")];
  expect(answer({ messages, tools }).call?.input).toEqual({ path: "a.txt" });
  expect(answer({ messages, tools })).toEqual(answer({ messages, tools }));
});

// Reaches quotedCharsMax.
test("of what a tool said two thousand characters are quoted", () => {
  const said = (content: string) => answer({ messages: [user("read a.txt"), called, result("read_file", content)], tools }).text;
  expect(said("x".repeat(2_000))).toContain(`\n${"x".repeat(2_000)}\n\`\`\``);
  expect(said("x".repeat(2_001))).toContain(`\n${"x".repeat(2_000)}\n… (shortened)`);
});
