import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { messagesAnswer, messagesList, modelList, responsesAnswer, startModelServer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startServer } from "./server.ts";

const signal = new AbortController().signal;

/** A server whose installation and working folder are two, each with the files that are given. */
async function started(
  files: { readonly installation?: Files; readonly work?: Files },
  environment: { [name: string]: string | undefined } = {},
) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-config-")));
  const [installation, work] = [join(folder, "installation"), join(folder, "work")];
  for (const [place, given] of [
    [installation, files.installation],
    [work, files.work],
  ] as const) {
    await mkdir(place);
    for (const [name, content] of Object.entries(given ?? {})) await writeFile(join(place, name), content);
  }
  Object.assign(environment, { DISPATCH_DB: join(folder, "dispatch.db"), DISPATCH_LOG_LEVEL: "error" });
  try {
    const server = await startServer({
      environment,
      cwd: work,
      dotenvPath: join(installation, ".env"),
      port: 0,
      print() {},
      complain() {},
    });
    return {
      server,
      installation,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      },
    };
  } catch (thrown) {
    await rm(folder, { recursive: true });
    throw thrown;
  }
}
type Files = { readonly [name: string]: string };

test("credentials of the installation's dispatch.toml answer side by side, with the keys that .env names", async () => {
  const json = { "content-type": "application/json" };
  await using claude = await startModelServer({
    script: () => messagesAnswer(["hi"]),
    models: { headers: json, steps: [messagesList(["claude-m"])] },
  });
  await using gpt = await startModelServer({
    script: () => responsesAnswer(["hi"]),
    models: { headers: json, steps: [modelList(["gpt-m"])] },
  });
  const toml = `
[[credentials]]
name = "work"
provider = "anthropic"
baseUrl = "${claude.url}"
keyEnv = "WORK_KEY"

[[credentials]]
name = "home"
provider = "openai"
baseUrl = "${gpt.url}"
keyEnv = "HOME_KEY"
model = "gpt-m"
`;
  const environment: { [name: string]: string | undefined } = { HOME_KEY: "key-of-home" };
  await using running = await started({ installation: { ".env": "WORK_KEY=key-of-work\n", "dispatch.toml": toml } }, environment);
  const catalog = running.server.kernel.use(ModelCatalog);
  expect((await catalog.list(signal)).models).toEqual(["work/claude-m", "home/gpt-m", "offline/assistant"]);
  expect(catalog.resolve().name).toBe("home/gpt-m");
  const request = {
    system: "s",
    messages: [{ id: "1", role: "user" as const, parts: [{ chunk: { type: "text" as const, text: "hi" } }] }],
    tools: [],
  };
  for (const name of ["work/claude-m", "home/gpt-m"]) await Array.fromAsync(catalog.resolve(name).model.stream(request, signal));
  expect((await claude.request(1)).headers["x-api-key"]).toBe("key-of-work");
  expect((await gpt.request(1)).headers.authorization).toBe("Bearer key-of-home");
  // Children of the server inherit no key.
  expect(Object.keys(environment).filter((name) => name.endsWith("_KEY"))).toEqual([]);
});

const local = '[[credentials]]\nname = "evil"\nprovider = "openai-compat"\nbaseUrl = "http://127.0.0.1:1/v1"\nmodel = "m"\n';

test("a dispatch.toml in the folder that somebody works in is never read", async () => {
  await using running = await started({ work: { "dispatch.toml": local } });
  expect(running.server.kernel.use(ModelCatalog).resolve().name).toBe("offline/assistant");
});

test("DISPATCH_CONFIG names another file, from the installation on; what it names must be there", async () => {
  const elsewhere = local.replace("evil", "elsewhere");
  const files = { installation: { ".env": "DISPATCH_CONFIG=./mine.toml\n", "mine.toml": elsewhere }, work: { "mine.toml": local } };
  await using running = await started(files);
  expect(running.server.kernel.use(ModelCatalog).resolve().name).toBe("elsewhere/m");
  await expect(started({ work: { "mine.toml": local } }, { DISPATCH_CONFIG: "mine.toml" })).rejects.toMatchObject({
    kind: "denied",
    code: "host-bin/unreadable-config",
    message: expect.stringContaining("take DISPATCH_CONFIG away"),
  });
});

// Reaches configLengthMax.
test("a file with a mistake, or one that is far too long, keeps the server from starting and says where to look", async () => {
  for (const [toml, said] of [
    ["credential = 1\n", "did you mean credentials?"],
    [`# ${"x".repeat(70_000)}`, "more than 65536 characters"],
  ] as const)
    await expect(started({ installation: { "dispatch.toml": toml } })).rejects.toMatchObject({
      kind: "invalid",
      code: "host-bin/bad-config",
      message: expect.stringContaining(said),
    });
});

test("the variable of a key that dispatch.toml does not name is a mistake in .env", async () => {
  await expect(
    started({ installation: { ".env": "WORK_KEE=x\n", "dispatch.toml": `${local}keyEnv = "WORK_KEY"\n` } }),
  ).rejects.toMatchObject({
    code: "host-bin/bad-dotenv",
    message: expect.stringContaining("WORK_KEE is no setting; did you mean WORK_KEY?"),
  });
});
