import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

const hello = textAnswer(["Hello."]);
const systemOf = ({ body }: { readonly body: unknown }) =>
  (body as { messages: readonly { role: string; content: string }[] }).messages.find(({ role }) => role === "system")?.content;

test("workspaces over HTTP: what is refused has its status, an unreadable body of PUT counts as none", async () => {
  await using api = await startApi([]);
  expect(await api.get("/workspaces/nowhere")).toMatchObject({ status: 404, body: { code: "workspaces/unknown-workspace" } });
  expect(await api.send("DELETE", "/workspaces/default")).toMatchObject({ status: 409, body: { code: "workspaces/default-stays" } });
  for (const [method, path] of [
    ["PUT", "/workspaces/Not%20A%20Slug"],
    ["PUT", "/workspaces/a_b/star"],
    ["DELETE", "/workspaces/a_b/star"],
    ["PUT", "/workspaces/a..%2Fb"],
  ] as const)
    expect(await api.send(method, path, method === "PUT" ? {} : undefined)).toMatchObject({ status: 400, body: { kind: "invalid" } });
  const unreadable = await fetch(`${api.url}/workspaces/home`, { method: "PUT", body: "{" });
  expect([unreadable.status, await unreadable.json()]).toMatchObject([200, { id: "home", title: "home", defaultCwd: null }]);
  expect(await api.send("PUT", "/workspaces/home/title", { title: " " })).toMatchObject({ status: 400 });
  expect((await api.send("PUT", "/workspaces/home/default-cwd", {})).body).toMatchObject({ defaultCwd: null });
  expect(await api.send("DELETE", "/workspaces/gone")).toEqual({ status: 200, body: { workspaceId: "gone", closedCount: 0 } });
});

test("the provider is told the stored template's prompt, made in the folder of the conversation's workspace", async () => {
  await using api = await startApi([hello, hello]);
  const folder = join(api.folder, "project");
  await mkdir(folder);
  await writeFile(join(folder, "AGENTS.md"), "Be kind.");
  await api.send("PUT", "/workspaces/home", { defaultCwd: folder });
  await api.chat({ message: "Hi", conversationId: "c1", workspaceId: "home" });
  expect(systemOf(api.model.requests[0] ?? { body: {} })).toMatch(/Be kind\.[\s\S]*project\.$/);
  expect(await api.send("PUT", "/system-prompt", { template: "[prompt:workspace_id] [file:AGENTS.md]" })).toMatchObject({ status: 200 });
  await api.chat({ message: "Hi", conversationId: "c2", workspaceId: "home" });
  expect(systemOf(api.model.requests[1] ?? { body: {} })).toBe("home Be kind.");
});

test("the model's list of tasks is what its surface shows", async () => {
  const todos = [{ content: "Plan", status: "in_progress" }];
  await using api = await startApi([toolCallAnswer([{ id: "1", name: "todo_write", arguments: JSON.stringify({ todos }) }]), hello]);
  const seen = await api.chat({ message: "Plan it", conversationId: "c" });
  const kept = [{ content: "Plan", status: "in_progress", priority: "medium" }];
  expect(seen.find(({ type }) => type === "tool-result")).toMatchObject({ isError: false, content: JSON.stringify(kept, null, 2) });
  expect((await api.kernel.use(SurfaceRegistry).spec("todo", "c")).fields).toEqual([
    { kind: "custom", rendererId: "todo", payload: { todos: kept } },
  ]);
});
