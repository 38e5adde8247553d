import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentChunk, ending, reasoningChunk, roleChunk, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { describe, expect, test } from "vitest";
import { composer, hasBrowser, openDesk, say } from "./page.fixture.ts";

const usage = { promptTokens: 1_200, completionTokens: 340, cachedTokens: 900 };
const call = (name: string, input: unknown, id = `call-${name}`) => ({ id, name, arguments: JSON.stringify(input) });

/** In the page, whose types tests do not have: a clipboard with a picture of four by four dots. */
const pasteDot = `(async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 4;
  canvas.height = 4;
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([blob], "dot.png", { type: "image/png" }));
  document.getElementById("composer").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
})()`;

/** The same by hand, of two pictures and a text. */
const dropDots = `(async () => {
  const dataTransfer = new DataTransfer();
  for (const colour of ["red", "blue"]) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 4;
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 4, 4);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    dataTransfer.items.add(new File([blob], colour + ".png", { type: "image/png" }));
  }
  dataTransfer.items.add(new File(["text"], "a.txt", { type: "text/plain" }));
  const main = document.querySelector("main");
  main.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
  main.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
})()`;

describe.skipIf(!hasBrowser)("the chat", () => {
  test("a person writes, reads the answer as it comes, and finds it again after a reload", async () => {
    const more = Promise.withResolvers<void>();
    await using desk = await openDesk([
      {
        steps: [
          roleChunk() + reasoningChunk("Let me think.") + contentChunk("# Hello\n\nThe **first** half"),
          { until: more.promise },
          contentChunk(" and the second.") + ending("stop", usage),
        ],
      },
    ]);
    const { page, complaints } = await desk.open();
    await say(page, "Say hello");
    await page.getByRole("heading", { name: "Hello", exact: true }).waitFor();
    await page.getByText("The first half").waitFor();
    // In mid-turn everything that was said is there again, once.
    await page.reload();
    await page.getByText("The first half").waitFor();
    expect(await page.getByText("Say hello").filter({ visible: true }).count()).toBe(3);
    more.resolve();
    await page.getByText("The first half and the second.").waitFor();
    await page.getByText("1.2k in (75% cached)").waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the answer" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("# Hello\n\nThe **first** half and the second.");
    await page.getByRole("button", { name: "Thoughts" }).click();
    await page.getByText("Let me think.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("a tool that edits a file is shown as a diff, and one that runs a command with what it wrote", async () => {
    await using desk = await openDesk([
      toolCallAnswer([
        call("edit_file", { path: "a.txt", edits: [{ old: "two", new: "TWO\nand a half" }] }),
        call("run_shell", { command: "printf '\\033[31mred\\033[0m plain\\n'; cat a.txt" }),
      ]),
      textAnswer(["Done."], usage),
    ]);
    await writeFile(join(desk.folder, "a.txt"), "one\ntwo\nthree\n");
    const { page, complaints } = await desk.open();
    await say(page, "Change it");
    await page.getByText("Done.").last().waitFor();
    const diff = page.getByRole("group", { name: "Changes" });
    expect(await diff.textContent()).toMatch(/removed:\s*two[\s\S]*added:\s*TWO[\s\S]*added:\s*and a half/);
    expect(await readFile(join(desk.folder, "a.txt"), "utf8")).toBe("one\nTWO\nand a half\nthree\n");
    await page.getByRole("button", { name: /Run/ }).click();
    await page.locator(".xterm-rows").getByText("red").waitFor();
    expect(complaints).toEqual([]);
  });

  test("what is written while a turn runs waits for the next step, can be taken back, and the turn can be stopped", async () => {
    await using desk = await openDesk([{ steps: [roleChunk() + contentChunk("Working on it"), "stall"] }, textAnswer(["Second answer."])]);
    const { page, complaints } = await desk.open();
    await say(page, "Begin");
    await page.getByText("Working on it").waitFor();
    await say(page, "one more thing");
    await page.getByRole("list", { name: "Waiting messages" }).getByText("one more thing").waitFor();
    await page.getByRole("button", { name: /Take back/ }).click();
    await page.getByRole("list", { name: "Waiting messages" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("stopped").waitFor();
    await say(page, "Again");
    await page.getByText("Second answer.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("a provider that fails for a while shows that it is asked again, and one that refuses says what to do", async () => {
    const refuse = {
      status: 401,
      headers: { "content-type": "application/json" },
      steps: [JSON.stringify({ error: { message: "bad key" } })],
    };
    const busy = {
      status: 503,
      headers: { "content-type": "application/json" },
      steps: [JSON.stringify({ error: { message: "overloaded" } })],
    };
    const gate = Promise.withResolvers<void>();
    const wait = { ...busy, headers: { ...busy.headers, "retry-after": "4" } };
    const atLast = { steps: [{ until: gate.promise }, textAnswer(["At last."])] };
    await using desk = await openDesk([wait, atLast, refuse]);
    const { page } = await desk.open();
    await say(page, "Hello");
    const row = page.locator("[data-key$='/working']");
    await row.getByText(/did not answer. Attempt 2 begins/).waitFor();
    await row.getByText("overloaded").waitFor();
    const box = () => row.boundingBox();
    const before = await box();
    const timer = row.getByRole("timer");
    await timer.filter({ hasText: "0:02" }).waitFor();
    expect(await box()).toEqual(before);
    // The seconds are there to be read, and nothing reads them out.
    expect(
      await timer.evaluate((element) => element.parentElement?.closest("[aria-live], [role=status], [role=alert], [role=log]")),
    ).toBeNull();
    expect(await timer.getAttribute("aria-live")).toBe("off");
    await row.getByText("now.", { exact: true }).waitFor();
    expect(await timer.isVisible()).toBe(false);
    expect(await box()).toEqual(before);
    gate.resolve();
    await page.getByText("At last.").waitFor({ timeout: 30_000 });
    await say(page, "Once more");
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page
      .getByText(/choose another model|Check the key/i)
      .first()
      .waitFor();
  });

  test("title, model, effort and folder are changed where they are shown", async () => {
    await using desk = await openDesk([textAnswer(["Yes."])]);
    const { page, complaints } = await desk.open();
    await say(page, "Hello");
    await page.getByText("Yes.").waitFor();
    const id = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("c");
    await page.getByRole("button", { name: "Hello" }).first().click();
    await page.getByRole("textbox", { name: "Title" }).fill("A better name");
    await page.getByRole("textbox", { name: "Title" }).press("Enter");
    await page.getByRole("link", { name: /A better name/ }).waitFor();
    await page.getByLabel("Effort").selectOption("low");
    await page.getByLabel("Model").selectOption("opencode/scripted");
    await page.getByRole("button", { name: "Working folder" }).click();
    await page.getByRole("combobox", { name: "Path" }).fill(desk.folder);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("combobox", { name: "Path" }).waitFor({ state: "hidden" });
    expect(await desk.get(`/conversations/${id}/reasoning-effort`)).toMatchObject({ reasoningEffort: "low" });
    expect(await desk.get(`/conversations/${id}/model`)).toMatchObject({ model: "opencode/scripted" });
    expect(await desk.get(`/conversations/${id}/cwd`)).toMatchObject({ cwd: desk.folder });
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("link", { name: /A better name/ }).waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });

  test("an image that is pasted goes with the message", async () => {
    await using desk = await openDesk([textAnswer(["A dot."])]);
    const { page } = await desk.open();
    await composer(page).focus();
    await page.evaluate(pasteDot);
    await page.getByAltText("Attachment 1").waitFor();
    await say(page, "What is this?");
    await page.getByText("A dot.").waitFor();
    await page.reload();
    await page.getByAltText("Attached by you").waitFor();
    expect(await page.evaluate("document.querySelector(\"img[alt='Attached by you']\").naturalWidth")).toBe(4);
  });

  test("images that are dropped stay with their conversation until they are sent, and are shown large", async () => {
    await using desk = await openDesk([textAnswer(["Two dots."])]);
    const { page, complaints } = await desk.open();
    await page.evaluate(dropDots);
    await page.getByAltText("Attachment 2").waitFor();
    await page
      .getByRole("alert")
      .getByText(/Only PNG, JPEG/)
      .waitFor();
    await composer(page).fill("What are these?");
    await page.evaluate("location.hash = 'c=another'");
    await page.getByAltText("Attachment 2").waitFor({ state: "detached" });
    await page.goBack();
    await page.getByAltText("Attachment 2").waitFor();
    await composer(page).press("Enter");
    await page.getByText("Two dots.").waitFor();
    expect(JSON.stringify(desk.model.requests[0]?.body).match(/data:image/g)).toHaveLength(2);
    await page.getByRole("button", { name: "Show the image large" }).first().click();
    await page.getByRole("dialog", { name: "Image" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Image" }).waitFor({ state: "hidden" });
    expect(complaints).toEqual([]);
  });

  test("a turn can be stopped with a message half written, and a folder is completed while it is", async () => {
    await using desk = await openDesk([{ steps: [roleChunk() + contentChunk("Working on it"), "stall"] }]);
    await mkdir(join(desk.folder, "deep/er"), { recursive: true });
    const { page, complaints } = await desk.open();
    await say(page, "Begin");
    await page.getByText("Working on it").waitFor();
    await composer(page).fill("not sent yet");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("stopped").waitFor();
    await page.reload();
    await page.getByText("stopped").waitFor();
    expect(await composer(page).inputValue()).toBe("not sent yet");
    await page.getByRole("button", { name: "Working folder" }).click();
    const path = page.getByRole("combobox", { name: "Path" });
    await path.fill(`${desk.folder}/de`);
    await page.getByRole("option", { name: "deep" }).click();
    await page.getByRole("option", { name: "er", exact: true }).waitFor();
    await path.press("Escape");
    await page.getByRole("option").first().waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Working folder: deep" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
