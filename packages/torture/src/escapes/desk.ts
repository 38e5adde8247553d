import { randomUUID } from "node:crypto";
import { appendFile, copyFile, link, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Server } from "@dispatch/host-bin";
import { defineExtension, type Extension, Fault, resultText, type Tool, Tools, type Workspace } from "@dispatch/kernel";
import { type Confinement, ShapeConfinement } from "@dispatch/sandbox/contract";
import { Workspaces } from "@dispatch/workspace-local/contract";
import { startStageServer } from "../server.ts";

/** A whole server, one conversation's folder, and beside it all that must be out of reach. */
export interface Desk extends AsyncDisposable {
  /** Stands in everything that nobody may read, and nowhere else. */
  readonly secret: string;
  readonly root: string;
  /** Beside the root. A command may read it, a tool for files may not; nobody may change it. */
  readonly outside: string;
  readonly home: string;
  readonly dataDir: string;
  /** Scratch of another conversation, with a file in it. */
  readonly othersScratch: string;
  readonly workspace: Workspace;
  readonly url: string;
  /** A service of this machine, on a port, a path and a name without a path. */
  readonly service: { readonly port: number; readonly path: string; readonly abstract: string };
  /** What commands may reach from now on. */
  confinement: "as it comes" | "network" | "free";
  /** Writes as another program would, below the root. */
  put(path: string, content: string): Promise<string>;
  /** Calls a tool as a model would; gives what it reads. */
  call(tool: string, input: object): Promise<string>;
  shell(command: string, timeoutMs?: number): Promise<string>;
  /** Runs a program of the engine's own language in a command; it may use `libc`. */
  script(code: string): Promise<string>;
  damages(): Promise<readonly string[]>;
}

const harmless = "as it was";

/** Of what lies in a temporary folder a command sees nothing but its working folder: an engine from there is brought along. */
async function engineWithin(folder: string): Promise<string> {
  if (!/^\/(tmp|var\/tmp|run)\//.test(process.execPath)) return process.execPath;
  const own = join(folder, ".engine");
  await link(process.execPath, own).catch(() => copyFile(process.execPath, own));
  return own;
}

export async function openDesk(): Promise<Desk> {
  const base = await realpath(await mkdtemp(join(tmpdir(), "dispatch-escapes-")));
  const secret = `canary-${randomUUID()}`;
  const at = (path: string) => join(base, path);
  const put = async (path: string, content: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  const watched = await Promise.all([put(at("outside/file.txt"), harmless), put(at("home/.profile"), harmless)]);
  await put(at("home/.ssh/id_ed25519"), secret);
  await put(at("server/none"), `DISPATCH_MODEL=scripted\n# ${secret}\n`);
  await mkdir(at("work"), { recursive: true });
  const tools = new ToolBox();
  process.env.ESCAPES_CANARY = secret;
  const server = await startStageServer({
    folder: at("server"),
    modelUrl: "http://127.0.0.1:9/v1",
    environment: { HOME: at("home"), DISPATCH_JOURNAL: at("server/log/app.ndjson") },
    further: [tools.extension],
  });
  await appendFile(at("server/log/app.ndjson"), `${secret}\n`);
  await put(at("server/data/images/one"), secret);
  const service = await openService(at("outside/service.sock"));
  const engine = await engineWithin(at("work"));
  const workspace = await tools.open("c1", at("work"));
  const other = await tools.open("c2", at("outside"));
  await other.keep("other.txt", new TextEncoder().encode(secret));
  const call: Desk["call"] = (name, input) => tools.call(name, input, workspace);
  const shell: Desk["shell"] = (command, timeoutMs = 20_000) => call("run_shell", { command, timeoutMs });
  return {
    secret,
    root: at("work"),
    outside: at("outside"),
    home: at("home"),
    dataDir: at("server/data"),
    othersScratch: other.scratch,
    workspace,
    url: server.url,
    service,
    get confinement() {
      return tools.confinement;
    },
    set confinement(confinement) {
      tools.confinement = confinement;
    },
    put: (path, content) => put(join(at("work"), path), content),
    call,
    shell,
    script: async (code) => {
      await put(at("work/.script.ts"), `${prelude}${code}\n`);
      return shell(`'${engine}' --no-env-file --config=/dev/null --no-install .script.ts`);
    },
    damages: async () => [
      ...(await changed(watched)),
      ...((await readdir(at("outside"))).length === 2 ? [] : ["something is new outside"]),
      ...service.calls().map((call) => `the machine's service was reached: ${call}`),
      ...(await unhealthy(server)),
    ],
    async [Symbol.asyncDispose]() {
      delete process.env.ESCAPES_CANARY;
      await server[Symbol.asyncDispose]();
      await service.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** `libc(name, …numbers and texts)` gives the call's result and, when it is -1, the error. */
const prelude = `import { dlopen, ptr } from "bun:ffi";
const c = dlopen("libc.so.6", { syscall: { args: Array(7).fill("i64"), returns: "i64" }, __errno_location: { args: [], returns: "ptr" } });
import { read } from "bun:ffi";
const errors: { [code: number]: string } = { 1: "EPERM", 2: "ENOENT", 3: "ESRCH", 9: "EBADF", 12: "ENOMEM", 13: "EACCES", 14: "EFAULT", 19: "ENODEV", 22: "EINVAL", 25: "ENOTTY", 28: "ENOSPC", 30: "EROFS", 38: "ENOSYS" };
const kept: Uint8Array[] = [];
function syscall(number: number, ...args: (number | string)[]) {
  const words = args.map((arg) => {
    if (typeof arg === "number") return arg;
    const bytes = new TextEncoder().encode(arg + "\\0");
    kept.push(bytes);
    return ptr(bytes);
  });
  const result = Number(c.symbols.syscall(number, ...words, ...Array(6 - words.length).fill(0)));
  const errno = read.i32(c.symbols.__errno_location(), 0);
  console.log(result === -1 ? \`failed: \${errors[errno] ?? errno}\` : \`WORKED: \${result}\`);
}
`;

async function changed(paths: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8").catch(() => "gone")));
  return paths.filter((_, index) => texts[index] !== harmless).map((path) => `${path} was changed`);
}

async function unhealthy({ url }: Server): Promise<readonly string[]> {
  const { status } = await fetch(`${url}/health`).catch(() => ({ status: 0 }));
  return status === 200 ? [] : [`the server answers ${status}`];
}

interface Service {
  readonly port: number;
  readonly path: string;
  readonly abstract: string;
  calls(): readonly string[];
  close(): Promise<void>;
}

/** Tells who came. What came is forgotten once it was told, so that one attempt's harm is not the next one's. */
async function openService(path: string): Promise<Service> {
  const came: string[] = [];
  const abstract = `dispatch-escapes-${randomUUID()}`;
  const socket = { open: () => void came.push("the abstract socket"), data() {} };
  const hidden = Bun.listen({ unix: `\0${abstract}`, socket });
  const listening = (name: string, where: { readonly path: string } | { readonly port: number; readonly host: string }) => {
    const server = createServer((client) => {
      came.push(name);
      client.on("error", () => {});
      client.destroy();
    });
    return new Promise<typeof server>((resolve) => server.listen(where, () => resolve(server)));
  };
  const byPath = await listening("the socket with a path", { path });
  const byPort = await listening("the port", { host: "127.0.0.1", port: 0 });
  const address = byPort.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    path,
    abstract,
    calls: () => came.splice(0),
    async close() {
      hidden.stop(true);
      await Promise.all([byPath, byPort].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** What the server's own composition gives to a turn, without the turn. */
class ToolBox {
  #tools: () => readonly Tool[] = () => [];
  #workspaces: Workspaces | undefined;
  confinement: Desk["confinement"] = "as it comes";
  readonly extension: Extension = defineExtension({
    id: "escapes",
    version: "1.0.0",
    apiVersion: "1",
    tier: "standard",
    dependsOn: ["workspace-local", "sandbox"],
    capabilities: [],
    activate: (host) => {
      this.#tools = () => host.gather(Tools);
      this.#workspaces = host.use(Workspaces);
      host.on(ShapeConfinement, (value): Confinement => {
        if (this.confinement === "free") return { kind: "free" };
        return this.confinement === "network" && value.kind === "confined" ? { ...value, network: true } : value;
      });
    },
  });

  async open(conversationId: string, root: string): Promise<Workspace> {
    if (this.#workspaces === undefined) throw new Error("the server is not there yet");
    return this.#workspaces.open(conversationId, root);
  }

  async call(name: string, input: object, workspace: Workspace): Promise<string> {
    const tool = this.#tools().find((one) => one.name === name);
    if (tool === undefined) throw new Error(`there is no tool ${name}`);
    const checked = await tool.input["~standard"].validate(input);
    if (checked.issues !== undefined) return `invalid: ${checked.issues.map(({ message }) => message).join("; ")}`;
    const call = { id: randomUUID(), conversationId: "c1", turnId: "t1", workspace, signal: AbortSignal.timeout(60_000), progress() {} };
    try {
      const result = await tool.run(checked.value, call);
      return result.refused ? `refused: ${resultText(result)}` : resultText(result);
    } catch (thrown) {
      if (Fault.is(thrown)) return `fault ${thrown.code}: ${thrown.message}`;
      throw thrown;
    }
  }
}
