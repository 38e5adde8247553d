import type { Extension } from "@dispatch/kernel";
import { startModelServer, textAnswer } from "@dispatch/testkit";
import { afterAll, expect, test } from "vitest";
import { startComposition } from "./composition.fixture.ts";

const model = await startModelServer({ script: () => textAnswer(["Hello."]) });
afterAll(() => model[Symbol.asyncDispose]());

/** One turn through the door of a server without some extensions. */
async function tryWithout(...without: readonly string[]) {
  const environment = { DISPATCH_API_KEY: "a-key-of-the-tests", DISPATCH_BASE_URL: model.url, DISPATCH_MODEL: "scripted" };
  await using server = await startComposition({ environment, without });
  const answer = await fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify({ message: "List the files here" }) });
  const events = (await answer.text()).trimEnd().split("\n");
  return {
    whole: server.whole,
    report: server.kernel.report,
    events: events.map((line) => JSON.parse(line) as { readonly type: string; readonly reason?: string }),
  };
}

const { whole, report: wholeReport } = await tryWithout();

/** Everything that stands on it, directly or not. */
function dependentsOf(id: string): readonly string[] {
  const found = new Set([id]);
  const grows = ({ id: candidate, dependsOn }: Extension) => !found.has(candidate) && dependsOn.some((needed) => found.has(needed));
  for (let next = whole.find(grows); next !== undefined; next = whole.find(grows)) found.add(next.id);
  found.delete(id);
  return [...found].sort();
}

test("with every extension, all are active", () => {
  expect([wholeReport.order.length, wholeReport.failed, wholeReport.skipped]).toEqual([whole.length, [], []]);
});

for (const { id } of whole.filter(({ tier }) => tier === "standard"))
  test(`without ${id} the rest boots and a turn runs`, async () => {
    const { report, events } = await tryWithout(id);
    // What names an extension that is not there has a bad manifest; what stands on that is skipped.
    expect(report.failed.filter(({ fault }) => fault.code !== "kernel/bad-manifest")).toEqual([]);
    expect([...report.failed, ...report.skipped].map((left) => left.id).sort()).toEqual(dependentsOf(id));
    expect(events.filter(({ type }) => type === "error")).toEqual([]);
    expect(events.slice(-2)).toMatchObject([{ type: "done", reason: "stop" }, { type: "turn-sealed" }]);
  });

test("without any standard extension the core boots and a turn runs", async () => {
  const standard = whole.filter(({ tier, id }) => tier === "standard" && id !== "provider-openai-compat").map(({ id }) => id);
  const { report, events } = await tryWithout(...standard);
  expect([report.failed, report.skipped]).toEqual([[], []]);
  expect(events.slice(-2)).toMatchObject([{ type: "done", reason: "stop" }, { type: "turn-sealed" }]);
});
