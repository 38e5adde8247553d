import { expect, test } from "vitest";
import { z } from "zod";
import { allOps } from "./all-ops.ts";

const fieldsOf = (schema: z.ZodType) => Object.keys((z.toJSONSchema(schema, { io: "input" }) as { properties?: object }).properties ?? {});
const parametersOf = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
const repeated = (items: readonly string[]) => items.filter((item, index) => items.indexOf(item) !== index);

test("ids, routes and commands are distinct", () => {
  expect(repeated(allOps.map(({ id }) => id))).toEqual([]);
  expect(repeated(allOps.map(({ http }) => `${http.method} ${http.path.replaceAll(/:\w+/g, ":")}`))).toEqual([]);
  expect(repeated(allOps.flatMap(({ cli }) => (cli === undefined ? [] : [cli.command])))).toEqual([]);
});

test("a GET is a read, and a read is a GET, but for what is asked with a body", () => {
  const crossed = allOps.filter(({ intent, http }) => (intent === "read") !== (http.method === "GET"));
  expect(crossed.map(({ id, intent }) => `${id} ${intent}`)).toEqual(["policy.check read"]);
});

for (const op of allOps) {
  test(`${op.id}: what its route and its command name are fields of its input`, () => {
    const fields = fieldsOf(op.input);
    expect(fields).toEqual(expect.arrayContaining(parametersOf(op.http.path)));
    expect(fields).toEqual(expect.arrayContaining([...(op.cli?.operands ?? [])]));
  });

  test(`${op.id}: its output describes itself`, () => {
    expect(z.toJSONSchema(op.output, { io: "input" })).toMatchObject({ type: "object" });
  });

  for (const [index, example] of op.examples.entries()) {
    test(`${op.id}: example ${index + 1} is of its own schema, and reading it twice changes nothing`, () => {
      const input = op.input.parse(example.input);
      expect(op.input.parse(input)).toEqual(input);
      expect(op.output.parse(example.output)).toEqual(example.output);
    });
  }
}

test("every op has an example, but for those whose answer is what the server is made of, or whose input only a server can name", () => {
  const without = [
    "openapi.get",
    "conversations.compact",
    "computers.get",
    "heartbeat.stop-run",
    "system-prompt.variables",
    "doctor.report",
    "backup.create",
    "policy.get",
    "policy.set",
    "traces.replay",
    "traces.record",
    "traces.list",
    "traces.show",
    "traces.body",
    "traces.prompt",
    "traces.diff",
    "approvals.allow",
    "approvals.deny",
    "approvals.answer",
    "trust.get",
    "trust.set",
    "trust.remove",
    "tokens.create",
    "tokens.revoke",
  ];
  expect(allOps.filter(({ examples }) => examples.length === 0).map(({ id }) => id)).toEqual(without);
});
