import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { needsRestart, readConfiguration } from "./configuration.ts";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "dispatch-configuration-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
const credential = (name: string) => `[[credentials]]\nname = "${name}"\nprovider = "openai-compat"\nkeyEnv = "WORK_KEY"\n`;

test("dispatch.toml stands in the folder of the configuration, also when the variables are a copy elsewhere", async () => {
  const [copies, config] = [await folder(), await folder()];
  await writeFile(join(copies, "env"), "WORK_KEY=a-key\n");
  await writeFile(join(config, "dispatch.toml"), credential("work"));
  const { file, settings } = readConfiguration({}, { dotenvPath: join(copies, "env"), configFolder: config });
  expect(file.credentials).toMatchObject([{ name: "work" }]);
  expect(settings.keys).toEqual({ WORK_KEY: "a-key" });
});

test("what changed and needs a restart is named, never its value; the log level needs none", async () => {
  const path = await folder();
  const read = async (env: string, toml: string) => {
    await writeFile(join(path, "env"), env);
    await writeFile(join(path, "dispatch.toml"), toml);
    return readConfiguration({ DISPATCH_MODEL: "from-the-process" }, { dotenvPath: join(path, "env") });
  };
  const running = await read("WORK_KEY=one\nBACKEND_PORT=5000\nDISPATCH_MODEL=a\n", credential("work"));
  expect(
    needsRestart(running, await read("WORK_KEY=one\nBACKEND_PORT=5000\nDISPATCH_MODEL=b\nDISPATCH_LOG_LEVEL=debug\n", credential("work"))),
  ).toEqual([]);
  expect(needsRestart(running, await read("WORK_KEY=two\n", credential("play")))).toEqual(["BACKEND_PORT", "WORK_KEY", "dispatch.toml"]);
});
