import { expect, test } from "vitest";
import { hasScratchRoots, inScratchRoot, repository } from "./scratch-root.fixture.ts";
import { freePorts, start, startServerProcess } from "./server-process.fixture.ts";

// What an administrator does, without DESTDIR: in a root that is thrown away.
const install = `run / "'${repository}/bin/install'"`;
const environment = { HOME: process.env.HOME ?? "/root" };

test.skipIf(!hasScratchRoots)(
  "installed by root it makes its user, gives it its folders, and runs as that user with a copy of settings that only root may read",
  async () => {
    const { BACKEND_PORT, SURFACE_WS_PORT } = freePorts();
    const command = await inScratchRoot(`
${install}
run / "id dispatch; stat -c '%a %U %n' /etc/dispatch/env /var/lib/dispatch /var/log/dispatch /usr/bin/dispatch"
sed -i 's/=24991/=${BACKEND_PORT}/; s/=24990/=${SURFACE_WS_PORT}/' "$root/etc/dispatch/env"
run / "mkdir -p /run/credentials/d; install -m 0400 -o dispatch /etc/dispatch/env /run/credentials/d/env"
cd "$root/var/lib/dispatch"
exec chroot --userspec=dispatch:dispatch "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/var/lib/dispatch CREDENTIALS_DIRECTORY=/run/credentials/d /usr/bin/dispatch-server`);
    await using server = await startServerProcess("/", environment, command);
    expect(server.url).toBe(`http://127.0.0.1:${BACKEND_PORT}`);
    expect(server.errors()).toContain("created    the user dispatch\n");
    expect(server.errors()).toMatch(/uid=\d+\(dispatch\) gid=\d+\(dispatch\)/);
    expect(server.errors()).toContain(
      "600 root /etc/dispatch/env\n700 dispatch /var/lib/dispatch\n700 dispatch /var/log/dispatch\n755 root /usr/bin/dispatch\n",
    );
    process.kill(server.pid, "SIGHUP");
    await server.complaint(/is a copy from the start of the service: what changed in the original needs a restart/);
    process.kill(server.pid, "SIGTERM");
    expect(await server.exited).toBe(0);
  },
  120_000,
);

test.skipIf(!hasScratchRoots)(
  "uninstalled by root it leaves configuration, data and user, and nothing else",
  async () => {
    const command = await inScratchRoot(`
${install}
touch "$root/var/lib/dispatch/dispatch.db"
run / "'${repository}/bin/install' --uninstall"
run / 'test ! -e /usr/bin/dispatch && test ! -e /usr/bin/dispatch-server && test ! -e /usr/lib/systemd/system/dispatch.service && test ! -e /usr/share/dispatch'
run / 'id dispatch && test -f /etc/dispatch/env && test -f /var/lib/dispatch/dispatch.db && test ! -e /var/log/dispatch'
echo clean`);
    const done = start(command, "/", environment);
    await done.line(/^clean$/).catch(() => {});
    expect(await done.exited, done.errors()).toBe(0);
    expect(done.errors()).toContain("kept       /var/lib/dispatch\n");
  },
  120_000,
);
