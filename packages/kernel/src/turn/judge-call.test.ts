import { expect, test } from "vitest";
import { judgeCall } from "./judge-call.ts";
import { readTool } from "./turn.fixture.ts";

const tools = [readTool("read_file"), readTool("write_file")];
const judge = (inputText: string, name = "read_file") => judgeCall("a", name, inputText, tools);
const problem = (inputText: string, name?: string) => {
  const { ground } = judge(inputText, name);
  return "problem" in ground ? ground.problem : undefined;
};

test("a complete call stands on its tool", () => {
  expect(judge('{"path":"x"}')).toEqual({
    id: "a",
    name: "read_file",
    input: { path: "x" },
    key: 'read_file {"path":"x"}',
    ground: { tool: tools[0] },
  });
});

test("no text is an empty object", () => {
  expect([judge("").input, judge(" \n").input]).toEqual([{}, {}]);
});

test("what is not whole JSON is never repaired, and is quoted", () => {
  for (const text of ['{"path":"x"', '{"path":"x",}', "{path:'x'}", '{"a":1} {"b":2}', "undefined", "NaN", "```json\n{}\n```"]) {
    expect(judge(text).input).toBeNull();
    expect(problem(text)).toContain(text);
  }
  expect(problem(`{"a":"${"y".repeat(5_000)}`)?.length).toBeLessThan(400);
});

test("equal input is the same call, however it is written", () => {
  expect(judge('{"a":1,"b":[2]}').key).toBe(judge('{ "b": [2], "a": 1 }').key);
  expect(judge('{"a":1}').key).not.toBe(judge('{"a":"1"}').key);
  expect(judge("{}").key).not.toBe(judge("{}", "write_file").key);
  expect(judge('{"a').key).not.toBe(judge('{"b').key);
});

// Reaches inputDepthMax.
test("input that is too deep is told so", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(problem(nested(100))).toBeUndefined();
  expect(problem(nested(101))).toContain("nested deeper than 100");
  expect(problem(nested(5_000))).toContain("nested deeper than 100");
});

test("an unknown tool is told with the nearest one", () => {
  expect(problem("{}", "raed_file")).toBe('There is no tool "raed_file". Did you mean read_file? The tools are: read_file, write_file.');
  expect(problem("{}", "zzz")).toBe('There is no tool "zzz". The tools are: read_file, write_file.');
});
