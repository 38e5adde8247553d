import { textAnswer } from "@dispatch/testkit";
import { describe, expect, test } from "vitest";
import { expectLooksEverywhere } from "./looks.fixture.ts";
import { hasBrowser, openDesk } from "./page.fixture.ts";

describe.skipIf(!hasBrowser)("conversations and workspaces", () => {
  test("look right to everybody: the list, what is found, an archive, the home and the workspaces", { timeout: 120_000 }, async () => {
    await using desk = await openDesk(() => textAnswer([`The needle is in the second haystack. ${"Look below the hay. ".repeat(40)}`]));
    const turn = async (conversationId: string, message: string, workspaceId: string) =>
      (await desk.post("/chat", { conversationId, message, workspaceId })).text();
    for (let at = 0; at < 8; at += 1) await turn("long", `Where is needle ${at}?`, "garden");
    for (const [at, workspaceId] of ["notes", "default", "a-b"].entries())
      await turn(`c${at}`, `A question, the ${at + 1}. of its kind`, workspaceId);
    await desk.post("/workspaces/notes", { title: "Notes", defaultCwd: desk.folder }, "PUT");
    await fetch(`${desk.url}/workspaces/notes/star`, { method: "PUT" });
    const compacted = (await (await desk.post("/conversations/long/compact", {})).json()) as { readonly newConversationId: string };
    const { page, complaints } = await desk.open({ path: `/#c=${compacted.newConversationId}` });
    await page.getByText(/It can only be read/).waitFor();
    await expectLooksEverywhere(page, "archive");
    await page.setViewportSize({ width: 1_440, height: 800 });
    await page.getByRole("searchbox", { name: "Search conversations" }).fill("needle");
    await page.locator("mark").first().waitFor();
    await page.getByRole("region", { name: "Found" }).getByRole("button", { name: /You/ }).first().click();
    await page.locator("[data-found]").waitFor();
    await expectLooksEverywhere(page, "found");
    await page.goto(`${desk.url}/notes`);
    await page.getByRole("main").getByText(desk.folder).first().waitFor();
    await expectLooksEverywhere(page, "home");
    await page.goto(`${desk.url}/#v=workspaces`);
    await page.getByRole("article").first().waitFor();
    await expectLooksEverywhere(page, "workspaces");
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${desk.url}/#c=c0`);
    await page.getByRole("button", { name: "Conversations" }).click();
    await page.getByRole("dialog", { name: "Conversations" }).waitFor();
    await expectLooksEverywhere(page, "list");
    expect(complaints).toEqual([]);
  });
});
