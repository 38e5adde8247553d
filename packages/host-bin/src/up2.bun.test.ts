import { expect, test } from "vitest";
import { hasScratchRoots, inScratchRoot, repository } from "./scratch-root.fixture.ts";
import { freePorts, start, startServerProcess } from "./server-process.fixture.ts";

// Its data lies in the repository, where somebody's own second stack may run: so it is tried in a root that is thrown away.
test.skipIf(!hasScratchRoots)(
  "the second stack has ports and data of its own, takes keys from .env, and is not disturbed by edits",
  async () => {
    const { BACKEND_PORT, SURFACE_WS_PORT } = freePorts();
    const command = await inScratchRoot(`
rm -rf "$root${repository}/.cache/up2" "$root${repository}/.dispatch-data-2"
printf 'BACKEND_PORT=1\\nDISPATCH_DB=/nowhere/d.db\\nDISPATCH_API_KEY=k\\nDISPATCH_MODEL=of-the-file\\n' >"$root${repository}/.env"
run / "'${repository}/bin/compile' '${repository}/.cache/up2/dispatch-server'"
echo 'throw new Error("edited")' >"$root${repository}/packages/host-bin/src/main.ts"
cd "$root"
exec chroot "$root" /usr/bin/env UP2_BACKEND_PORT=${BACKEND_PORT} UP2_SURFACE_WS_PORT=${SURFACE_WS_PORT} '${repository}/bin/up2'`);
    await using server = await startServerProcess("/", { HOME: process.env.HOME ?? "/root" }, command);
    expect(server.url).toBe(`http://127.0.0.1:${BACKEND_PORT}`);
    expect(await server.line(/model {2}/)).toContain("opencode/of-the-file");
    expect(await server.line(/data {3}/)).toContain(`${repository}/.dispatch-data-2/dispatch.db`);
    process.kill(server.pid, "SIGTERM");
    expect(await server.exited).toBe(0);
  },
  120_000,
);

test("bin/up2 tells its ports, and refuses what it does not know before it starts anything", async () => {
  const help = start([`${repository}/bin/up2`, "--help"], "/");
  expect(await help.line(/25203/)).toContain("25205");
  const refused = start([`${repository}/bin/up2`, "--rebiuld"], "/");
  expect(await refused.exited).toBe(2);
  expect(refused.errors()).toContain("takes --rebuild or nothing");
});
