import { FakeClock } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { hungPage } from "./hung-page.fixture.ts";
import { convertMsMax, MarkdownWorker } from "./markdown-worker.ts";

const signal = new AbortController().signal;
const url = "https://a.example/";

test("a page that takes too long is ended with its thread, and the next one is converted", async () => {
  const clock = new FakeClock();
  const worker = new MarkdownWorker(clock);
  const stuck = worker.convert(hungPage, signal).catch((thrown: unknown) => thrown);
  const next = worker.convert({ html: "<p>fine</p>", url }, signal);
  await clock.untilSleeping(1);
  await clock.advance(convertMsMax);
  expect(await stuck).toMatchObject({ kind: "limited", code: "tool-fetch/tangled" });
  expect((await next).markdown).toBe("fine");
  expect(clock.sleeping).toBe(0);
});

test("an abort ends a page that is converted, and one that waits, at once", async () => {
  const clock = new FakeClock();
  const worker = new MarkdownWorker(clock);
  const [first, second] = [new AbortController(), new AbortController()];
  const outcomes = [first, second].map(({ signal }) => worker.convert(hungPage, signal).catch((thrown: unknown) => thrown));
  await clock.untilSleeping(1);
  second.abort();
  expect(await outcomes[1]).toMatchObject({ kind: "cancelled" });
  first.abort();
  expect(await outcomes[0]).toMatchObject({ kind: "cancelled" });
  expect((await worker.convert({ html: "<b>x</b>", url }, signal)).markdown).toBe("**x**");
});

test("pages of any shape come back, and the event loop goes on meanwhile", async () => {
  const worker = new MarkdownWorker(new FakeClock());
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  for (const html of [
    "",
    "<".repeat(1_000_000),
    "<div>".repeat(20_000),
    "<ul><li>a".repeat(20_000),
    "<b>".repeat(20_000),
    "*_`[".repeat(250_000),
  ])
    expect((await worker.convert({ html, url }, signal)).markdown).toBeTypeOf("string");
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(20);
});

test("the thread of a page that took too long is gone: a process with nothing else to do ends", async () => {
  const program = `${import.meta.dirname}/hung-page.fixture.ts`;
  const child = Bun.spawn([process.execPath, program], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  onTestFinished(() => child.kill("SIGKILL"));
  expect([await new Response(child.stdout).text(), await child.exited]).toEqual([
    expect.stringMatching(/cannot be turned into Markdown/),
    0,
  ]);
});
