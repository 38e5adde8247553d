import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { clientPort } from "./client-port.ts";

test("the client of an installation asks at the port of its settings, where it may read them, and else at the usual one", async () => {
  const home = await mkdtemp(join(tmpdir(), "dispatch-port-"));
  onTestFinished(() => rm(home, { recursive: true }));
  const executable = join(home, ".local/bin/dispatch");
  expect(clientPort({ HOME: home }, executable)).toBe("24991");
  await mkdir(join(home, ".config/dispatch"), { recursive: true });
  await writeFile(join(home, ".config/dispatch/env"), "BACKEND_PORT=5000\n");
  expect(clientPort({ HOME: home }, executable)).toBe("5000");
  await writeFile(join(home, "env"), "# none\n");
  expect(clientPort({ HOME: home, DISPATCH_ENV_FILE: join(home, "env") }, executable)).toBe("24991");
  expect(clientPort({ HOME: home, DISPATCH_ENV_FILE: "nowhere" }, executable)).toBe("24991");
});
