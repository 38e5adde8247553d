import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { MemoryStorage, testExtension } from "@dispatch/testkit";
import { getSystemPrompt, listPromptVariables, previewSystemPrompt, setSystemPrompt } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { PromptVariables } from "./contract.ts";
import { defaultTemplate } from "./default-template.ts";
import { openPromptDesk, secretOfTheDesk } from "./desk.fixture.ts";
import { variableTimeoutMs } from "./resolve-variables.ts";
import { folderAt } from "./temp-folder.fixture.ts";

test("without AGENTS.md the model is told who it is and where it works", async () => {
  await using desk = await openPromptDesk();
  expect(await desk.turn({})).toMatch(new RegExp(`^You are Dispatch, [^\\n]+\\n\\nThe working directory is ${desk.folder}\\.$`));
});

test("with AGENTS.md it reads that too, and keeps to what it has read until its folder changes", async () => {
  await using desk = await openPromptDesk();
  const path = await folderAt(desk.folder).write("AGENTS.md", "Be kind.\n");
  const first = await desk.turn({});
  expect(first).toContain(`\n\nFrom ${path}:\n\nBe kind.\n\nThe working directory is ${desk.folder}.`);
  await folderAt(desk.folder).write("AGENTS.md", "Be brief.\n");
  expect(await desk.turn({})).toBe(first);
  await mkdir(join(desk.folder, "other"));
  expect(await desk.turn({ cwd: "other" })).toContain(`is ${desk.folder}/other.`);
  expect(await desk.turn({ cwd: desk.folder })).toContain("Be brief.");
});

test("a prompt survives the server", async () => {
  const storage = new MemoryStorage();
  const kept = async (template?: string) => {
    await using desk = await openPromptDesk({ storage });
    if (template !== undefined) await desk.call(setSystemPrompt, { template });
    await desk.turn({ conversationId: "other", cwd: "/" });
    return [await desk.turn({ cwd: "/" }), (await desk.call(getSystemPrompt, {})).template];
  };
  expect(await kept("at [system:time]")).toEqual(["at 1970-01-01T00:16:40.000Z", "at [system:time]"]);
  expect(await kept("changed")).toEqual(["at 1970-01-01T00:16:40.000Z", "changed"]);
});

test("every variable of the protocol has its value", async () => {
  await using desk = await openPromptDesk();
  await folderAt(desk.folder).git("init", "--initial-branch=trunk");
  await folderAt(desk.folder).write("note.txt", "text of [git:branch]\n");
  const template = [
    "[system:time] [system:date] [system:hostname] [if system:os]os[endif]",
    "[prompt:cwd] [prompt:model] [prompt:conversation_id] [prompt:workspace_id]",
    "[if git:branch]branch[else]none yet[endif] [git:status]",
    "[file:note.txt][if !file:no.txt]no file[endif] [no:such]",
  ].join("\n");
  await desk.call(setSystemPrompt, { template });
  expect(await desk.turn({ workspaceId: "w" })).toBe(
    [
      `1970-01-01T00:16:40.000Z 1970-01-01 ${hostname()} os`,
      `${desk.folder} demo/echo c w`,
      "none yet ?? note.txt",
      "text of [git:branch]\nno file ",
    ].join("\n"),
  );
});

test("the empty template is no system prompt", async () => {
  await using desk = await openPromptDesk();
  expect(await desk.call(setSystemPrompt, { template: "" })).toEqual({ template: "" });
  expect(await desk.turn({})).toBe("");
});

// Reaches templateCharsMax of limits.ts.
test("the template is read and set; what a template can insert is listed", async () => {
  await using desk = await openPromptDesk();
  expect(await desk.call(getSystemPrompt, {})).toEqual({ template: defaultTemplate });
  await desk.call(setSystemPrompt, { template: "Hi [git:branch]" });
  expect(await desk.call(getSystemPrompt, {})).toEqual({ template: "Hi [git:branch]" });
  for (const input of [{}, { template: 1 }, { template: null }, { template: "x".repeat(100_001) }])
    await expect(desk.call(setSystemPrompt, input as { template: string })).rejects.toMatchObject({ kind: "invalid" });
  const { variables } = await desk.call(listPromptVariables, {});
  expect(variables.map(({ type, name }) => `${type}:${name}`)).toEqual(
    expect.arrayContaining(["system:time", "system:date", "system:os", "system:hostname", "prompt:cwd", "git:branch", "git:status"]),
  );
  expect(variables.find(({ type }) => type === "file")).toEqual({
    type: "file",
    name: "<path>",
    description: expect.any(String),
    dynamic: true,
  });
});

test("a template is tried for a conversation without being stored", async () => {
  await using desk = await openPromptDesk();
  await folderAt(desk.folder).write("AGENTS.md", `Say ${secretOfTheDesk}.`);
  const template = "[prompt:cwd] [prompt:model] [file:AGENTS.md] [if git:branch]on[else]off[endif][sky:colour]";
  const asked = await desk.call(previewSystemPrompt, { template, conversationId: "new", model: "demo/echo" });
  expect(asked.text).toMatch(new RegExp(`^${desk.folder} demo/echo Say \\S+ off$`));
  expect(asked.text).not.toContain(secretOfTheDesk);
  expect(asked.missing).toEqual(["git:branch", "sky:colour"]);
  expect(await desk.call(getSystemPrompt, {})).toEqual({ template: defaultTemplate });
  const many = Array.from({ length: 65 }, (_, n) => `[file:${n}]`).join("");
  await expect(desk.call(previewSystemPrompt, { template: many, conversationId: "new" })).rejects.toMatchObject({
    code: "system-prompt/too-many-variables",
  });
});

test("variables of other extensions are listed and inserted; one that fails or hangs costs no turn", async () => {
  const asked = Promise.withResolvers<void>();
  const weather = testExtension("weather", {
    dependsOn: ["system-prompt"],
    activate(host) {
      const give = (name: string, value: () => string | Promise<string>) =>
        host.contribute(PromptVariables, { type: "weather", name, description: `The ${name}.`, value });
      give("now", () => "rain");
      give("tomorrow", () => Promise.reject(new Error("no forecast")));
      give("ever", () => {
        asked.resolve();
        return new Promise<string>(() => {});
      });
    },
  });
  await using desk = await openPromptDesk({ extensions: [weather] });
  expect((await desk.call(listPromptVariables, {})).variables).toContainEqual({ type: "weather", name: "now", description: "The now." });
  await desk.call(setSystemPrompt, { template: "[weather:now], [weather:tomorrow], [weather:ever]." });
  const turn = desk.turn({});
  await asked.promise;
  await desk.clock.advance(variableTimeoutMs);
  expect(await turn).toBe("rain, , .");
  expect(desk.journal.told("prompt-variable-failed")).toMatchObject([{ attributes: { variable: "weather:tomorrow" } }]);
  expect(desk.journal.told("prompt-variable-late")).toMatchObject([{ attributes: { variable: "weather:ever" } }]);
});

test("a secret in a project's file is neither told nor kept", async () => {
  const storage = new MemoryStorage();
  const told = async () => {
    await using desk = await openPromptDesk({ storage });
    await folderAt(desk.folder).write("AGENTS.md", `Use ${secretOfTheDesk}.\n`);
    return await desk.turn({});
  };
  expect(await told()).toContain("Use [masked].");
  const kept = await Array.fromAsync((await storage.open("system-prompt")).scan({ prefix: "" }));
  expect(JSON.stringify(kept)).toContain("Use [masked].");
  expect(JSON.stringify(kept)).not.toContain(secretOfTheDesk);
});
