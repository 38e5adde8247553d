import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Attempt } from "./attempt.ts";
import type { Desk } from "./desk.ts";

const shell = (name: string, command: (desk: Desk) => string, refused: RegExp, more: Partial<Attempt> = {}): Attempt => ({
  name,
  act: (desk) => desk.shell(command(desk)),
  refused,
  ...more,
});
const script = (name: string, code: (desk: Desk) => string, refused: RegExp): Attempt => ({
  name,
  act: (desk) => desk.script(code(desk)),
  refused,
});
/** A call of the system by its number on x86-64; elsewhere it is another one, or none. */
const syscall = (name: string, words: (desk: Desk) => string): Attempt =>
  script(`system: ${name}`, (desk) => `syscall(${words(desk)})`, /^failed: /);

const notWritten =
  /nonexistent|Read-only file system|Permission denied|Operation not permitted|Device or resource busy|cross-device|No such file/i;
const notThere = /No such file|Permission denied|cannot (open|access)/i;
const empty = /^(\(no output\)|total 0)?\n?exit code/m;
const noWay = /ConnectionRefused|Unable to connect|refused|Network is unreachable|ENOENT|Failed to connect|FailedToOpenSocket|error/i;

const writes: readonly Attempt[] = [
  shell("command writes: a file beside the working directory", ({ outside }) => `echo x > '${outside}/new'`, notWritten),
  shell("command writes: over a file outside", ({ outside }) => `echo x > '${outside}/file.txt'`, notWritten),
  shell("command writes: by a link", ({ outside }) => `ln -s '${outside}' l; echo x > l/new`, notWritten),
  shell("command writes: by a hard link made inside", ({ outside }) => `ln '${outside}/file.txt' hard && echo x > hard`, notWritten),
  shell("command writes: by /proc/self/root", ({ outside }) => `echo x > "/proc/self/root${outside}/new"`, notWritten),
  shell("command writes: by /proc/1/root", ({ outside }) => `echo x > "/proc/1/root${outside}/new"`, notWritten),
  shell("command writes: by the cwd of the sandbox's first process", ({ outside }) => `echo x > "/proc/1/cwd${outside}/new"`, notWritten),
  shell("command writes: the person's profile", ({ home }) => `echo x >> '${home}/.profile'; echo y > '${home}/.profile'`, /./),
  shell("command writes: the root of the machine", () => "touch /planted", notWritten, { harm: () => there("/planted") }),
  shell("command writes: a program that others run", () => "cp /bin/true /usr/bin/planted", notWritten, {
    harm: () => there("/usr/bin/planted"),
  }),
  shell("command writes: a job for the machine", () => "echo x > /etc/cron.d/planted", notWritten, {
    harm: () => there("/etc/cron.d/planted"),
  }),
  shell("command writes: moving the working directory away", ({ root }) => `mv '${root}' '${root}-2'`, notWritten),
  shell(
    "command writes: a setuid program keeps no right of another",
    () => "cp /bin/sh s; chmod 4755 s; ./s -c 'grep NoNewPrivs /proc/self/status'",
    /NoNewPrivs:\s*1|Permission denied/,
  ),
  shell("command writes: /dev", () => "echo x > /dev/planted", notWritten, { harm: () => there("/dev/planted") }),
  shell("command writes: what it leaves in /tmp is nobody else's", () => "echo x > /tmp/dispatch-planted; echo done", /done/, {
    harm: () => there("/tmp/dispatch-planted"),
  }),
  shell("command writes: core pattern", () => "cat /proc/sys/kernel/core_pattern > p; cat p > /proc/sys/kernel/core_pattern", notWritten),
  shell(
    "command writes: another setting of the kernel",
    () => "cat /proc/sys/vm/swappiness > p; cat p > /proc/sys/vm/swappiness",
    notWritten,
  ),
  shell("command writes: sysrq", () => "echo b > /proc/sysrq-trigger", notWritten),
  shell("command writes: a cgroup", () => "mkdir /sys/fs/cgroup/planted || mkdir /sys/fs/cgroup/pids/planted", notWritten),
  shell("command writes: a module of the kernel's settings", () => "echo 1 > /sys/kernel/mm/transparent_hugepage/enabled", notWritten),
];

const reads: readonly Attempt[] = [
  shell("command reads: the database", ({ dataDir }) => `cat '${dataDir}/dispatch.db'`, notThere),
  shell("command reads: the folder of data is empty", ({ dataDir }) => `ls -A '${dataDir}'`, /^(?!.*dispatch\.db)/s),
  shell("command reads: images", ({ dataDir }) => `cat '${dataDir}/images/one'`, notThere),
  shell("command reads: the journal", ({ dataDir }) => `cat '${dataDir}/../log/app.ndjson'; echo end`, empty),
  shell("command reads: the file of settings", ({ dataDir }) => `cat '${dataDir}/../none'; echo; true`, empty),
  shell("command reads: scratch of another conversation", ({ othersScratch }) => `cat '${othersScratch}'/*`, notThere),
  shell("command reads: keys of the person", ({ home }) => `cat '${home}/.ssh/id_ed25519'`, notThere),
  shell("command reads: hashes of passwords", () => "cat /etc/shadow; echo", empty),
  shell(
    "command reads: the server's environment in its own",
    () => "env; cat /proc/self/environ | tr '\\0' '\\n'",
    /^(?!.*ESCAPES_CANARY)/s,
  ),
  shell(
    "command reads: the environment of every process",
    () => "cat /proc/[0-9]*/environ | tr '\\0' '\\n'",
    /^(?!.*(ESCAPES_CANARY|DISPATCH_))/s,
  ),
  shell(
    "command reads: the server's process is not there",
    () => `cat /proc/${process.pid}/cmdline || ls /proc/${process.pid}`,
    /No such file|No such process|^(?!.*bun)/is,
  ),
  shell("command reads: what others run", () => "cat /proc/[0-9]*/cmdline | tr '\\0' ' '", /^(?!.*vitest)(?!.*torture)/s),
  shell(
    "command reads: descriptors of the sandbox's first process",
    () => "ls -l /proc/1/fd /proc/2/fd",
    /^(?!.*(dispatch\.db|app\.ndjson|socket:))/s,
  ),
  shell(
    "command reads: a descriptor that was inherited",
    () => "for fd in 3 4 5 6 7 8 9; do cat <&$fd; done",
    /bad file descriptor|Bad file/i,
  ),
  shell(
    "command reads: the kernel's memory",
    () => "head -c 10 /dev/mem || head -c 10 /proc/kcore",
    /No such file|Permission denied|Operation not permitted|cannot open/i,
  ),
  shell("command reads: the disk itself", () => "ls /dev/sd* /dev/vd* /dev/nvme* /dev/loop*", notThere),
  shell("command reads: the machine's memory of keys", () => "ls -A /run/user /run/credentials /run/secrets", notThere),
  shell(
    "command reads: below what is hidden, by a mount point's parent",
    ({ dataDir }) => `cd '${dataDir}/..' && cat ./data/../data/dispatch.db`,
    notThere,
  ),
  shell("command reads: what is hidden, once it is moved", ({ dataDir }) => `umount '${dataDir}'; cat '${dataDir}/dispatch.db'`, notThere),
];

const network: readonly Attempt[] = [
  script(
    "network: the server's own API",
    ({ url }) => `console.log(await fetch("${url}/health").then((r) => "WORKED " + r.status, (e) => String(e.code ?? e)))`,
    noWay,
  ),
  script(
    "network: the server's own WebSocket",
    ({ url }) =>
      `const s = new WebSocket("${url.replace("http", "ws")}/ws"); console.log(await new Promise((r) => { s.onopen = () => r("WORKED"); s.onerror = () => r("refused"); s.onclose = () => r("refused"); }))`,
    noWay,
  ),
  script(
    "network: a service on a port of the machine",
    ({ service }) => `${connect}(${JSON.stringify({ hostname: "127.0.0.1", port: service.port })})`,
    noWay,
  ),
  script(
    "network: a service by its path (ssh-agent, docker.sock)",
    ({ service }) => `${connect}({ unix: "/run/docker.sock" }); void ${JSON.stringify(service.path)}`,
    noWay,
  ),
  script("network: an abstract socket (dbus, X11)", ({ service }) => `${connect}({ unix: "\\0${service.abstract}" })`, noWay),
  script("network: X11", () => `${connect}({ unix: "\\0/tmp/.X11-unix/X0" })`, noWay),
  script("network: the system's bus", () => `${connect}({ unix: "/run/dbus/system_bus_socket" })`, noWay),
  script("network: the service manager", () => `${connect}({ unix: "/run/systemd/private" })`, noWay),
  script("network: an address outside", () => `${connect}({ hostname: "192.0.2.1", port: 80 })`, noWay),
  shell("network: nothing but the own loopback", () => "cat /proc/net/dev", /^(?!.*(eth|ens|wlan|veth))/s),
  shell(
    "network: a key agent's name is not passed on",
    () => 'echo "[$SSH_AUTH_SOCK$DBUS_SESSION_BUS_ADDRESS$DISPLAY$XAUTHORITY]"',
    /^\[\]/m,
  ),
];
const connect =
  "const c = (o) => Promise.race([Bun.connect({ ...o, socket: { open() { console.log('WORKED'); process.exit(0); }, data() {}, connectError(_, e) { console.log('refused', e?.code); process.exit(0); } } }), Bun.sleep(1500)]).then(() => console.log('refused by silence'), (e) => console.log('refused', e?.code)); await c";

/** What a person let out may speak to the network, and still not to the server that it could ask to allow it more. */
const asksTheServer = (name: string, confinement: Desk["confinement"], code: (url: string) => string): Attempt => ({
  name,
  act: async (desk) => {
    desk.confinement = confinement;
    try {
      return await desk.script(code(desk.url));
    } finally {
      desk.confinement = "as it comes";
    }
  },
  refused: /^(403 .*sandbox-guard\/started-by-a-tool|closed)/,
});
const health = (url: string) => `const r = await fetch("${url}/approvals"); console.log(r.status, (await r.text()).replaceAll("\\n", " "))`;
const upgrade = (url: string) =>
  `const s = new WebSocket("${url.replace("http", "ws")}/ws"); console.log(await new Promise((r) => { s.onopen = () => r("WORKED"); s.onerror = s.onclose = () => r("closed"); }))`;
const ownDoors: readonly Attempt[] = [
  asksTheServer("doors: the server's API, with the network granted", "network", health),
  asksTheServer("doors: the server's WebSocket, with the network granted", "network", upgrade),
  asksTheServer("doors: the server's API, from a command that is free", "free", health),
  asksTheServer("doors: the server's WebSocket, from a command that is free", "free", upgrade),
];

const powers: readonly Attempt[] = [
  syscall("ptrace of the server", () => `101, 16, ${process.pid}`),
  syscall("memory of the server by process_vm_readv", () =>
    `310, ${process.pid}, 0, 0, 0, 0, 0`.replace(", 0, 0, 0, 0, 0", ", 0, 1, 0, 1, 0"),
  ),
  syscall("killing the server", () => `62, ${process.pid}, 9`),
  syscall("a handle on the server's process", () => `434, ${process.pid}, 0`),
  syscall("mount", () => '165, "none", "/mnt", "tmpfs", 0, 0'),
  syscall("bind mount over the root", ({ root }) => `165, "/etc", "${root}", 0, 4096, 0`),
  syscall("umount", () => '166, "/proc", 2'),
  syscall("remount of the root to be written", () => '165, 0, "/", 0, 4128, 0'),
  syscall("a new user namespace", () => "272, 0x10000000"),
  syscall("a new mount namespace", () => "272, 0x20000"),
  syscall("chroot", () => '161, "/tmp"'),
  syscall("pivot_root", () => '155, "/tmp", "/tmp"'),
  syscall("a node of the disk", ({ root }) => `133, "${root}/disk", 25008, 2048`),
  syscall("another user's id", () => "105, 1234"),
  syscall("another group's id", () => "106, 1234"),
  syscall("a module of the kernel", () => '175, "x", 1, ""'),
  syscall("another clock", () => "227, 0, 0"),
  syscall("another name of the machine", () => '170, "x", 1'),
  syscall("a restart of the machine", () => "169, 0xfee1dead, 672274793, 0x1234567"),
  syscall("ports of the hardware", () => "172, 3"),
  syscall("a program in the kernel", () => "321, 5, 0, 0"),
  syscall("a file by its handle", () => "304, 0, 0, 0"),
  syscall("input for a terminal", () => "16, 0, 0x5412, 0"),
  syscall("higher limits", () =>
    "302, 0, 7, 0, 0".replace("302, 0, 7, 0, 0", '302, 1, 6, "\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff", 0'),
  ),
  shell("powers: no capability is left", () => "grep -E 'Cap(Prm|Eff|Bnd|Amb)' /proc/self/status", /^(Cap...:\s+0{16}\n){4}/),
  shell("powers: the namespace's first process cannot be ended from within", () => "kill -9 1; echo alive", /alive/),
  shell(
    "powers: a sandbox inside of the sandbox gives nothing back",
    ({ outside }) => `bwrap --bind / / sh -c "echo x > '${outside}/new'"`,
    /bwrap: |not found/,
  ),
  shell("powers: unshare", () => "unshare -Ur id", /failed|not permitted|No space left|not found/i),
  shell(
    "powers: nsenter into the server",
    () => `nsenter -t ${process.pid} -m true || nsenter -t 1 -m true`,
    /failed|cannot|No such|not permitted|not found/i,
  ),
  shell(
    "powers: sudo",
    () => "sudo -n true || su -c true",
    /no new privileges|not found|must be|Permission|required|cannot|authentic|setuid/i,
  ),
  {
    name: "powers: a library put before all programs stays in the sandbox",
    act: (desk) => desk.shell("export LD_PRELOAD=./none.so; true; env | grep -c LD_PRELOAD", 5_000),
    refused: /^.*1\n/s,
    harm: () => (process.env.LD_PRELOAD?.includes("none.so") ? "it is in our environment" : undefined),
  },
];

const bombs: readonly Attempt[] = [
  {
    name: "bomb: forks",
    act: (desk) => desk.shell("b() { b | b & }; b; wait; sleep 20", 15_000),
    refused: /more than \d+ processes|[Cc]annot fork|Resource temporarily|exit code/,
  },
  {
    name: "bomb: memory",
    act: (desk) => desk.script("const all = []; for (;;) all.push(new Uint8Array(64 * 1024 * 1024).fill(1));"),
    refused: /more than \d+ MiB|[Oo]ut of memory|ended by SIG|exit code (1|13\d)/,
  },
  {
    name: "bomb: a file",
    act: (desk) => desk.shell("truncate -s 10G big; echo $?; head -c 10 /dev/zero | dd of=big bs=1 seek=9G 2>&1 | tail -1"),
    refused: /File size|too large|ended by SIGXFSZ|exit code/i,
    harm: (desk) => (sizeOf(join(desk.root, "big")) > 5e9 ? "it is there" : undefined),
  },
  { name: "bomb: /tmp", act: (desk) => desk.shell("head -c 700M /dev/zero > /tmp/x", 30_000), refused: /No space left/ },
  { name: "bomb: /dev/shm", act: (desk) => desk.shell("head -c 700M /dev/zero > /dev/shm/x", 30_000), refused: /No space left/ },
  { name: "bomb: time", act: (desk) => desk.shell("while :; do :; done", 500), refused: /timed out after 0\.5 s/ },
  {
    name: "bomb: a daemon that goes on",
    act: (desk) =>
      desk.shell("(setsid sh -c 'while :; do echo x > still-there; sleep 0.02; done' >/dev/null 2>&1 &) ; sleep 0.1; echo left"),
    refused: /left[\s\S]*still there in the background/,
    harm: async ({ root }) => {
      const path = join(root, "still-there");
      await Bun.file(path)
        .unlink()
        .catch(() => {});
      await Bun.sleep(150);
      return existsSync(path) ? "it goes on" : undefined;
    },
  },
  {
    name: "bomb: a daemon that goes on after the timeout",
    act: (desk) => desk.shell("setsid -f sh -c 'trap \"\" TERM HUP; while :; do echo x > after; sleep 0.02; done'; sleep 100", 300),
    refused: /timed out/,
    harm: async ({ root }) => {
      const path = join(root, "after");
      await Bun.file(path)
        .unlink()
        .catch(() => {});
      await Bun.sleep(150);
      return existsSync(path) ? "it goes on" : undefined;
    },
  },
];

const there = (path: string): string | undefined => (existsSync(path) ? `${path} is there` : undefined);
const sizeOf = (path: string): number => (existsSync(path) ? Bun.file(path).size : 0);

export const sandboxAttempts: readonly Attempt[] = [...writes, ...reads, ...network, ...ownDoors, ...powers, ...bombs];
