import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { startApi } from "./api.fixture.ts";

const hello = textAnswer(["Hello."]);
const load = (input: object) => toolCallAnswer([{ id: "1", name: "load_skill", arguments: JSON.stringify(input) }]);
const toolOf = ({ body }: { readonly body: unknown }) =>
  (body as { tools: readonly { function: { name: string; description: string } }[] }).tools.find(
    ({ function: { name } }) => name === "load_skill",
  );

test("the provider is told of the skills of folder and home, and loads one with its files", async () => {
  const home = await mkdtemp(join(tmpdir(), "dispatch-home-"));
  onTestFinished(() => rm(home, { recursive: true }));
  const script = [hello, load({ name: "own" }), load({ name: "own", file: "notes.txt" }), load({ name: "release" }), hello];
  await using api = await startApi(script, { HOME: home });
  await api.chat({ message: "Hi", conversationId: "c" });
  const project = join(api.folder, "project");
  await mkdir(join(home, ".skills/own"), { recursive: true });
  await writeFile(join(home, ".skills/own/SKILL.md"), "---\nname: own\ndescription: Of the person.\n---\nRead notes.txt.");
  await writeFile(join(home, ".skills/own/notes.txt"), "Be kind.");
  await mkdir(join(project, ".claude/skills/release"), { recursive: true });
  await writeFile(join(project, ".claude/skills/release/SKILL.md"), "---\nname: release\ndescription: Of the project.\n---\nTag it.");
  const seen = await api.chat({ message: "Hi", conversationId: "c", cwd: project });
  const results = seen.flatMap((event) => (event.type === "tool-result" ? [event] : []));
  expect(results.map(({ isError, content }) => [isError, content])).toEqual([
    [false, expect.stringContaining("Read notes.txt.")],
    [false, "Be kind."],
    [false, expect.stringContaining("Tag it.")],
  ]);
  const [before, ...after] = api.model.requests.map(toolOf);
  expect(before).toBeUndefined();
  expect(after.map((tool) => tool?.function.description.split("\n").slice(1))).toEqual(
    Array(4).fill(["- own: Of the person.", "- release: Of the project."]),
  );
});
