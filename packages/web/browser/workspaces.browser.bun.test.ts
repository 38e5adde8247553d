import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { textAnswer } from "@dispatch/testkit";
import { describe, expect, test } from "vitest";
import { hasBrowser, openDesk, say } from "./page.fixture.ts";

describe.skipIf(!hasBrowser)("workspaces", () => {
  test("one is made with a folder that is completed, gets a star and another title, keeps its conversations, and is deleted", async () => {
    await using desk = await openDesk(() => textAnswer(["Noted."]));
    await mkdir(join(desk.folder, "project-one/sources"), { recursive: true });
    await mkdir(join(desk.folder, "project-two"));
    const { page, complaints } = await desk.open();
    await page.getByRole("button", { name: "Workspaces" }).click();
    await page.getByRole("article", { name: "default" }).waitFor();
    await page.getByRole("button", { name: "New", exact: true }).click();
    const form = page.getByRole("dialog", { name: "New workspace" });
    await form.getByLabel("Title").fill("My Café notes");
    expect(await form.getByLabel("Address").inputValue()).toBe("my-cafe-notes");
    const folder = form.getByRole("combobox", { name: "Folder" });
    await folder.fill(`${desk.folder}/proj`);
    await form.getByRole("option").nth(1).waitFor();
    expect(await form.getByRole("option").allTextContents()).toEqual(["project-one", "project-two"]);
    await folder.press("ArrowDown");
    await folder.press("Enter");
    expect(await folder.inputValue()).toBe(`${desk.folder}/project-one/`);
    await form.getByRole("option", { name: "sources" }).waitFor();
    await folder.press("Tab");
    expect(await folder.inputValue()).toBe(`${desk.folder}/project-one/sources/`);
    await form.getByRole("button", { name: "Create" }).click();
    // Its home, where what is said belongs to it.
    await page.getByText("What shall we work on?").waitFor();
    expect(new URL(page.url()).pathname).toBe("/my-cafe-notes");
    await page.getByText(`${desk.folder}/project-one/sources`).first().waitFor();
    await say(page, "A thought");
    await page.getByText("Noted.").waitFor();
    const { conversations } = await desk.get<{ conversations: readonly { workspaceId: string }[] }>("/conversations");
    expect(conversations.map(({ workspaceId }) => workspaceId)).toEqual(["my-cafe-notes"]);
    await page.getByRole("button", { name: "Workspaces" }).click();
    const card = page.getByRole("article", { name: "My Café notes" });
    await card.getByText(/1 conversation/).waitFor();
    await card.getByRole("button", { name: "Star My Café notes" }).click();
    await card.getByRole("button", { name: "Star My Café notes", pressed: true }).waitFor();
    expect(await page.getByRole("article").first().getAttribute("aria-label")).toBe("My Café notes");
    await card.getByRole("button", { name: "Edit My Café notes" }).click();
    await page.getByRole("dialog", { name: "Edit workspace" }).getByLabel("Title").fill("Notes");
    await page.getByRole("dialog", { name: "Edit workspace" }).getByRole("button", { name: "Save" }).click();
    const renamed = page.getByRole("article", { name: "Notes", exact: true });
    await renamed.waitFor();
    expect(await desk.get("/workspaces/my-cafe-notes")).toMatchObject({
      title: "Notes",
      defaultCwd: `${desk.folder}/project-one/sources`,
      starred: true,
    });
    await renamed.getByRole("link", { name: "Notes" }).click();
    await page.setViewportSize({ width: 768, height: 800 });
    await page
      .getByRole("region", { name: "Lately" })
      .getByRole("link", { name: /A thought/ })
      .click();
    await page.getByText("Noted.").waitFor();
    await page.setViewportSize({ width: 1_440, height: 900 });
    await page.getByRole("button", { name: "Workspaces" }).click();
    await renamed.getByRole("button", { name: "Delete Notes" }).click();
    await page.getByText(/1 conversation will be closed/).waitFor();
    await page.getByRole("dialog", { name: "Delete Notes?" }).getByRole("button", { name: "Delete", exact: true }).click();
    await renamed.waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe("/");
    expect(complaints).toEqual([]);
  });

  test("an address that is taken or cannot be one is told before anything is asked for", async () => {
    await using desk = await openDesk([]);
    const { page } = await desk.open({ path: "/#v=workspaces", width: 360, height: 740 });
    await page.getByRole("button", { name: "New", exact: true }).click();
    const form = page.getByRole("dialog", { name: "New workspace" });
    await form.getByLabel("Title").fill("Default");
    await form.getByText("There is a workspace with this address already.").waitFor();
    await form.getByLabel("Address").fill("Not one!");
    await form.getByText(/Up to 40 letters/).waitFor();
    expect(await form.getByRole("button", { name: "Create" }).isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
  });
});
