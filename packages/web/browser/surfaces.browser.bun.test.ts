import { contentChunk, roleChunk, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { SurfaceField } from "@dispatch/ui-contract";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { startComposition } from "../../host-bin/src/composition.fixture.ts";
import { sampleSurface } from "../../host-bin/src/sample-surface.fixture.ts";
import { expectLooksEverywhere } from "./looks.fixture.ts";
import { builtFolder, hasBrowser, openAt, openDesk, say } from "./page.fixture.ts";

const action = (actionId: string) => ({ actionId: `sample/${actionId}` });
const custom = (rendererId: string, payload: unknown): SurfaceField => ({ kind: "custom", rendererId, payload });

const everyKind: readonly SurfaceField[] = [
  { kind: "toggle", label: "Night shift", value: false, action: action("toggle") },
  { kind: "progress", label: "Indexed", value: 0.42 },
  {
    kind: "selector",
    label: "Depth",
    value: "shallow",
    options: [
      { value: "shallow", label: "Shallow" },
      { value: "deep", label: "Deep" },
    ],
    action: action("select"),
  },
  { kind: "stat", label: "Files", value: "1,204" },
  { kind: "number", label: "At once", value: 4, min: 1, max: 8, step: 1, unit: "files", action: action("number") },
  { kind: "button", label: "Index now", action: action("press") },
  custom("star-map", { stars: ["Vega", "Deneb"] }),
  custom("table", { columns: ["Good", "Size"], rows: [["a.ts", 1_234]] }),
  custom("table", { columns: ["Broken"], rows: [["fine"], [{ not: "a cell" }]] }),
];
const actionIds = ["toggle", "select", "number", "press"].map((name) => action(name).actionId);

const card = (page: Page, id: string) => page.locator(`[data-surface="${id}"]`);

/** What the page says over its socket about surfaces, from the next load of the page on. */
async function subscriptions(page: Page): Promise<string[]> {
  const said: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const frame = JSON.parse(String(payload)) as { type: string; surfaceId?: string; conversationId?: string };
      if (frame.surfaceId?.startsWith("sample-") === true) said.push(`${frame.type} ${frame.surfaceId} ${frame.conversationId ?? "-"}`);
    }),
  );
  await page.reload();
  return said;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((next) => setTimeout(next, 10));
};

describe.skipIf(!hasBrowser)("surfaces", () => {
  test("a surface of an extension that this page was never told of appears, with every kind of field, and acts", async () => {
    const sample = sampleSurface({ id: "sample-index", title: "Index", scope: "global", actionIds, fields: () => everyKind });
    await using server = await startComposition({ environment: { DISPATCH_WEB_DIR: builtFolder }, others: [sample.extension] });
    const { page, complaints } = await openAt(server.url, { path: "/#v=surfaces" });
    const index = card(page, "sample-index");
    await index.getByText("1,204").waitFor();
    expect(await index.getByRole("progressbar", { name: "Indexed" }).getAttribute("value")).toBe("42");

    const toggle = index.getByRole("switch", { name: "Night shift" });
    await toggle.click();
    await until(() => sample.acts.length === 1);
    expect(await toggle.isChecked()).toBe(true);
    // Nothing confirms it: what holds is what the server says.
    await expect.poll(() => toggle.isChecked(), { timeout: 10_000 }).toBe(false);
    await index.getByLabel("Depth").selectOption("deep");
    const number = index.getByRole("spinbutton", { name: /At once/ });
    await number.fill("99");
    await number.press("Enter");
    await index.getByRole("alert").waitFor();
    await number.press("Escape");
    expect(await number.inputValue()).toBe("4");
    await number.fill("6");
    await number.press("Tab");
    await index.getByRole("button", { name: "Index now" }).click();
    await until(() => sample.acts.length === 4);
    expect(sample.acts).toEqual([
      { actionId: "sample/toggle", payload: true, conversationId: undefined },
      { actionId: "sample/select", payload: "deep", conversationId: undefined },
      { actionId: "sample/number", payload: 6, conversationId: undefined },
      { actionId: "sample/press", payload: undefined, conversationId: undefined },
    ]);

    expect(await index.getByText("Vega").count()).toBe(0);
    await index.getByText("star-map").click();
    await index.getByText("Vega").waitFor();
    await index.getByText("1,234").waitFor();
    expect(await index.getByText("Broken").count()).toBe(0);
    expect(await index.getByText("fine").count()).toBe(0);

    sample.show([{ kind: "stat", label: "Files", value: "none left" }]);
    await index.getByText("none left").waitFor();
    sample.leave();
    await index.waitFor({ state: "detached" });
    sample.come();
    await index.getByText("none left").waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a surface of a conversation is asked for it, and again for the next one; one of the server is left alone", async () => {
    const fields = (conversationId: string | undefined): readonly SurfaceField[] => [
      { kind: "stat", label: "Of", value: conversationId ?? "nobody" },
      { kind: "button", label: "Do it", action: action("press") },
    ];
    const own = sampleSurface({ id: "sample-own", title: "Own", scope: "conversation", actionIds, fields });
    const all = sampleSurface({ id: "sample-all", title: "All", scope: "global", fields });
    await using server = await startComposition({
      environment: { DISPATCH_WEB_DIR: builtFolder },
      others: [own.extension, all.extension],
    });
    for (const id of ["c1", "c2"])
      await (
        await fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify({ message: `About ${id}`, conversationId: id }) })
      ).text();
    const { page } = await openAt(server.url, { path: "/#c=a-draft&v=surfaces" });
    await card(page, "sample-own").getByText("nobody").waitFor();
    const said = await subscriptions(page);
    await card(page, "sample-own").getByText("nobody").waitFor();
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /About c1/ })
      .click();
    await card(page, "sample-own").getByText("c1", { exact: true }).waitFor();
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /About c2/ })
      .click();
    await card(page, "sample-own").getByText("c2", { exact: true }).waitFor();
    await card(page, "sample-all").getByText("nobody").waitFor();
    const ofOwn = said.filter((text) => text.includes("sample-own"));
    // While the draft's log is on its way nobody knows that it is one.
    expect(ofOwn.slice(ofOwn.indexOf("subscribe sample-own -"))).toEqual([
      "subscribe sample-own -",
      "unsubscribe sample-own -",
      "subscribe sample-own c1",
      "unsubscribe sample-own c1",
      "subscribe sample-own c2",
    ]);
    expect(said.filter((text) => text.includes("sample-all"))).toEqual(["subscribe sample-all -"]);
    await card(page, "sample-own").getByRole("button", { name: "Do it" }).click();
    await until(() => own.acts.length > 0);
    expect(own.acts).toEqual([{ actionId: "sample/press", payload: undefined, conversationId: "c2" }]);
    await page.getByRole("button", { name: "Own", exact: true }).click();
    await until(() => said.at(-1) === "unsubscribe sample-own c2");
    // What is folded stays folded, and is not asked for.
    await page.reload();
    await card(page, "sample-all").getByText("nobody").waitFor();
    expect(said.filter((text) => text.includes("sample-own")).at(-1)).toBe("unsubscribe sample-own c2");
    await page.context().close();
  });

  test("frames of an older server: no scope, no echo, and one that comes late for another conversation", async () => {
    await using desk = await openDesk([]);
    const { page } = await desk.open({ path: "/#c=c9&v=surfaces" });
    const spec = (value: string) => ({
      id: "sample-old",
      region: "side",
      title: "Old",
      fields: [
        { kind: "stat", label: "Says", value },
        { kind: "dial", label: "New kind" },
      ],
    });
    let send = (_: object) => {};
    await page.routeWebSocket(/\/ws/, (socket) => {
      send = (frame) => socket.send(JSON.stringify(frame));
      socket.onMessage((text) => {
        const { type, surfaceId } = JSON.parse(String(text)) as { type: string; surfaceId?: string };
        if (type === "subscribe" && surfaceId === "sample-old") send({ type: "surface", spec: spec("first") });
        else if (type === "subscribe" && surfaceId === "sample-gone")
          send({ type: "error", message: "There is no such surface.", surfaceId });
      });
      const entry = { region: "side", title: "Old" };
      send({
        type: "catalog",
        catalog: [
          { ...entry, id: "sample-old" },
          { ...entry, id: "sample-gone", title: "Gone" },
        ],
      });
    });
    await page.reload();
    await card(page, "sample-old").getByText("first").waitFor();
    await card(page, "sample-old").getByText("dial").waitFor();
    await card(page, "sample-gone").getByText("There is no such surface.").waitFor();
    send({ type: "update", update: { surfaceId: "sample-old", spec: spec("now") } });
    await card(page, "sample-old").getByText("now").waitFor();
    send({ type: "update", update: { surfaceId: "sample-old", spec: spec("late"), conversationId: "another" } });
    send({ type: "update", update: { surfaceId: "sample-gone", spec: { ...spec("back again"), id: "sample-gone" } } });
    await card(page, "sample-gone").getByText("back again").waitFor();
    expect(await card(page, "sample-old").getByText("now").count()).toBe(1);
    expect(await page.getByText("late").count()).toBe(0);
  });

  test("the tasks, the queue with its cancel, the warming timer that counts down, and the extensions of a real server", async () => {
    const todos = [
      { content: "Read the tests", status: "completed" },
      { content: "Write the code", status: "in_progress", priority: "high" },
      { content: "Rest", status: "cancelled" },
    ];
    await using desk = await openDesk([
      toolCallAnswer([{ id: "t", name: "todo_write", arguments: JSON.stringify({ todos }) }]),
      textAnswer(["Planned."], { promptTokens: 2_000, completionTokens: 10 }),
      { steps: [roleChunk() + contentChunk("Working on it"), "stall"] },
    ]);
    const { page, complaints } = await desk.open({ path: "/#v=surfaces" });
    await card(page, "cache-warming").getByText("No conversation is focused.").waitFor();
    await say(page, "Make a plan");
    await page.getByText("Planned.").waitFor();
    const tasks = card(page, "todo");
    await tasks.getByText("1 of 2 done").waitFor();
    await tasks.getByText("in progress").waitFor({ state: "attached" });
    const warming = card(page, "cache-warming");
    await warming.getByText("No warming is due").waitFor();
    await warming.getByRole("switch", { name: "Enabled" }).click();
    const timer = warming.getByRole("timer");
    await timer.waitFor();
    const before = await timer.textContent();
    await expect.poll(() => timer.textContent(), { timeout: 5_000 }).not.toBe(before);
    expect(await timer.textContent()).toMatch(/^3:\d\d$/);
    await card(page, "loaded-extensions").getByRole("cell", { name: "message-queue", exact: true }).waitFor();
    await say(page, "Go on");
    await page.getByText("Working on it").waitFor();
    await say(page, "and one more thing");
    const queue = card(page, "message-queue");
    await queue.getByText("and one more thing").waitFor();
    await queue.getByRole("button", { name: "Cancel: and one more thing" }).click();
    await queue.getByText("Nothing waits.").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    expect(complaints).toEqual([]);
  });

  test("axe finds nothing beside the chat and over it; Escape closes it; a lost connection says so", { timeout: 180_000 }, async () => {
    const sample = sampleSurface({ id: "sample-index", title: "Index", scope: "global", actionIds, fields: () => everyKind });
    await using server = await startComposition({ environment: { DISPATCH_WEB_DIR: builtFolder }, others: [sample.extension] });
    await (
      await fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify({ message: "Index it", conversationId: "c1" }) })
    ).text();
    const { page, complaints } = await openAt(server.url, { path: "/#c=c1&v=surfaces" });
    const index = card(page, "sample-index");
    await index.getByText("star-map").click();
    await card(page, "cache-warming").getByRole("switch").waitFor();
    await expectLooksEverywhere(page, "surfaces");
    expect(await page.getByRole("dialog", { name: "Surfaces" }).count()).toBe(0);
    for (const width of [360, 768]) {
      await page.goto(`${server.url}/#c=c1&v=surfaces`);
      await page.setViewportSize({ width, height: 800 });
      await page.getByRole("dialog", { name: "Surfaces" }).waitFor();
      await page.keyboard.press("Escape");
      await index.waitFor({ state: "detached" });
      expect(page.url()).not.toContain("v=surfaces");
    }
    expect(complaints).toEqual([]);
    await page.goto(`${server.url}/#c=c1&v=surfaces`);
    await page.routeWebSocket(/\/ws/, (socket) => socket.close());
    await page.reload();
    await page.getByText("What the server shows here comes when it is back.").waitFor();
    await page.context().close();
  });
});
