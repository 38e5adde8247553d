import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ModelScript, type ModelServerOptions, startModelServer } from "@dispatch/testkit";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll } from "vitest";
import { freePorts, fromSource, startServerProcess } from "../../host-bin/src/server-process.fixture.ts";

const executables = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = executables.find(existsSync);
/** Where there is none, tests of pages are skipped, and counted as that. */
export const hasBrowser = executablePath !== undefined;

const webPackage = resolve(import.meta.dirname, "..");
export const builtFolder = join(webPackage, "dist");

/** The page as `bin/up` builds it, when its sources are newer. */
async function buildPage(): Promise<void> {
  const child = Bun.spawn(["sh", resolve(webPackage, "../../bin/ready-web")], { stdout: "ignore", stderr: "pipe" });
  if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
}

interface Desk extends AsyncDisposable {
  readonly url: string;
  /** A folder for tools to work in. */
  readonly folder: string;
  readonly model: Awaited<ReturnType<typeof startModelServer>>;
  open(options?: PageOptions): Promise<OpenPage>;
  /** Of the API, with the test's own eyes. */
  get<T>(path: string): Promise<T>;
  post(path: string, body: unknown, method?: "POST" | "PUT"): Promise<Response>;
}

interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "light" | "dark";
  readonly path?: string;
}

interface OpenPage {
  readonly page: Page;
  /** What the console complained of, and requests to anywhere but the server. */
  readonly complaints: readonly string[];
}

let opened: Promise<Browser> | undefined;
afterAll(async () => (await opened)?.close());

/** One for all tests of a file: every page has its own storage all the same. */
function theBrowser(): Promise<Browser> {
  opened ??= chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ["--no-sandbox", "--disable-gpu"] });
  return opened;
}

/** The real server with the built page, a real HTTP model and a browser of their own. */
export async function openDesk(
  script: ModelScript,
  environment: { readonly [name: string]: string } = {},
  models?: ModelServerOptions["models"],
): Promise<Desk> {
  await buildPage();
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-web-")));
  const model = await startModelServer({ script, ...(models === undefined ? {} : { models }) });
  // A collector is the whole program's: the server alone has none.
  const whole = environment.DISPATCH_COLLECTOR === "on";
  const settings = {
    DISPATCH_API_KEY: "key",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: join(folder, "data/dispatch.db"),
    DISPATCH_WEB_DIR: builtFolder,
    DISPATCH_COLLECTOR: "off",
    ...(whole ? freePorts() : {}),
    ...environment,
  };
  const program = resolve(webPackage, "../host-bin/src/main.ts");
  const server = await startServerProcess(folder, settings, whole ? fromSource(program) : undefined);
  const browser = await theBrowser();
  return {
    url: server.url,
    folder,
    model,
    open: (options) => openPage(browser, server.url, options),
    get: async <T>(path: string) => (await (await fetch(`${server.url}${path}`)).json()) as T,
    post: (path, body, method = "POST") =>
      fetch(`${server.url}${path}`, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    async [Symbol.asyncDispose]() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      await server[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** At a server that the test started by itself, with `builtFolder` to serve. */
export async function openAt(url: string, options?: PageOptions): Promise<OpenPage> {
  await buildPage();
  return openPage(await theBrowser(), url, options);
}

async function openPage(
  browser: Browser,
  url: string,
  { width = 1_440, height = 900, theme = "light", path = "/" }: PageOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (!["data:", "blob:"].includes(asked.protocol) && asked.host !== new URL(url).host) complaints.push(`asked ${asked.href}`);
  });
  await page.goto(`${url}${path}`);
  return { page, complaints };
}

export const composer = (page: Page) => page.getByLabel("Message", { exact: true });

/** As a person does. */
export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}
