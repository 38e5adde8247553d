import { contentChunk, ending, roleChunk, toolCallAnswer } from "@dispatch/testkit";
import type { StoredChunk } from "@dispatch/wire";
import type { Page, WebSocketRoute } from "playwright-core";
import { describe, expect, test } from "vitest";
import { composer, hasBrowser, openDesk, say } from "./page.fixture.ts";

const cutsMax = 20;

/** Every socket of the page from now on, so that a test can cut the one that is open. */
async function sockets(page: Page): Promise<{ cut(): Promise<void>; readonly count: number }> {
  const open: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/ws$/, (socket) => {
    socket.connectToServer();
    open.push(socket);
  });
  return {
    cut: async () => open.at(-1)?.close({ code: 1011 }),
    get count() {
      return open.length;
    },
  };
}

describe.skipIf(!hasBrowser)("a connection that is lost", () => {
  test("twenty times in a turn leaves a transcript that equals the log", { timeout: 240_000 }, async () => {
    const gates = Array.from({ length: cutsMax }, () => Promise.withResolvers<void>());
    // Each piece is followed by silence, until its gate is opened.
    const pieces = (from: number, to: number) =>
      gates.slice(from, to).flatMap(({ promise }, at) => [contentChunk(`This is piece ${from + at}. `), { until: promise }]);
    const half = cutsMax / 2;
    await using desk = await openDesk([
      {
        steps: [
          roleChunk(),
          ...pieces(0, half),
          toolCallAnswer([{ id: "t", name: "run_shell", arguments: '{"command":"echo from the tool"}' }]),
        ],
      },
      { steps: [roleChunk(), ...pieces(half, cutsMax), contentChunk("That is all."), ending("stop")] },
    ]);
    const { page } = await desk.open({ path: "/#c=cut" });
    const socket = await sockets(page);
    const seen = (text: string) => page.getByText(text).last().waitFor({ timeout: 60_000 });
    await page.reload();
    await say(page, "Go on whatever happens");
    for (const [at, gate] of gates.entries()) {
      await seen(`piece ${at}.`);
      await socket.cut();
      gate.resolve();
    }
    await seen("That is all.");
    await page.getByText("first word").waitFor();
    expect(socket.count).toBe(cutsMax + 1);
    const { chunks } = await desk.get<{ chunks: readonly StoredChunk[] }>("/conversations/cut");
    const said = chunks.flatMap(({ chunk }) => (chunk.type === "text" ? [chunk.text.trim()] : []));
    const shown = String(
      await page.evaluate("[...document.querySelectorAll('[data-key]')].map((row) => row.innerText.trim()).join('\\n')"),
    );
    for (const text of said) expect(shown.split(text).length, text).toBe(2);
    expect(said.join(" ").match(/piece \d+/g)).toEqual(Array.from({ length: cutsMax }, (_, at) => `piece ${at}`));
  });

  test("a message that is written meanwhile is sent when the server is back, once", { timeout: 60_000 }, async () => {
    await using desk = await openDesk([roleChunk() + contentChunk("Heard.") + ending("stop")]);
    const { page } = await desk.open();
    await page.getByText("What shall we work on?").waitFor();
    let open = false;
    await page.routeWebSocket(/\/ws$/, (socket) => {
      if (open) socket.connectToServer();
      else void socket.close({ code: 1011 });
    });
    await page.reload();
    await page.getByText("No connection to the server.").waitFor();
    await composer(page).waitFor();
    await say(page, "Do you hear me?");
    await page.getByText("Waits for a connection").waitFor();
    expect(desk.model.requests).toHaveLength(0);
    open = true;
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText("Heard.").waitFor();
    expect(desk.model.requests).toHaveLength(1);
  });

  test("a server that wants a token is told one, which stays out of the address", async () => {
    await using desk = await openDesk([roleChunk() + contentChunk("Welcome.") + ending("stop")], { DISPATCH_TOKEN: "open-sesame" });
    const { page } = await desk.open();
    await page.getByRole("dialog").getByRole("textbox").fill("wrong");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("The server did not take this token.").waitFor();
    await page.getByRole("dialog").getByRole("textbox").fill("open-sesame");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("dialog").getByRole("textbox").waitFor({ state: "detached" });
    await say(page, "Hello");
    await page.getByText("Welcome.").waitFor();
    const other = await desk.open({ path: "/#token=open-sesame" });
    await other.page.getByRole("link", { name: /Hello/ }).waitFor();
    expect(other.page.url()).not.toContain("sesame");
    expect(await page.evaluate("localStorage.getItem('dispatch.token')")).toBeNull();
  });
});
