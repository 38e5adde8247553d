import { expect, test } from "vitest";
import { readSettings, unknownVariables } from "./settings.ts";

test("an empty environment gives the defaults", () => {
  expect(readSettings({})).toEqual({
    host: "127.0.0.1",
    port: 24203,
    socketPort: 24205,
    allowedOrigins: [],
    allowedHosts: [],
    trustedProxies: [],
    sandbox: {
      mode: "auto",
      limits: { memoryBytesMax: 4_294_967_296, processesMax: 512, fileBytesMax: 4_294_967_296, cpuSecondsMax: 1_200 },
    },
    auditDays: 90,
    keys: {},
    baseUrl: "https://opencode.ai/zen/go/v1",
    model: "deepseek-v4-flash",
    credentials: { "openai-compat": [], umans: [], anthropic: [], openai: [], google: [] },
    localServers: { ollama: "http://127.0.0.1:11434", llamacpp: "http://127.0.0.1:8080", lmstudio: "http://127.0.0.1:1234" },
    databasePath: "./.dispatch-data/dispatch.db",
    otlp: { content: false },
    policy: { mode: "workspace-write", approval: "ask" },
    traceDbPath: "./.dispatch-data/traces.db",
    traceRecordings: false,
    journalPath: "./.dispatch/journal/app.ndjson",
    collector: "on",
    journalBytesMax: 52_428_800,
    warmingRounds: 6,
    durability: "process",
    web: { fetchAllow: [] },
    approvalTimeoutMs: 86_400_000,
    graceMs: 20_000,
    logLevel: "warn",
  });
});

test("the grace of running turns may be none, and is bounded", () => {
  expect(readSettings({ DISPATCH_GRACE_MS: "0" }).graceMs).toBe(0);
  expect(readSettings({ DISPATCH_GRACE_MS: "600000" }).graceMs).toBe(600_000);
  for (const DISPATCH_GRACE_MS of ["-1", "600001", "1.5", "20s", "1e3"])
    expect(() => readSettings({ DISPATCH_GRACE_MS })).toThrow(/DISPATCH_GRACE_MS takes a whole number from 0 to 600000/);
});

test("what tools may do is one of three modes, and so is what becomes of the rest", () => {
  expect(readSettings({}).policy).toEqual({ mode: "workspace-write", approval: "ask" });
  expect(readSettings({ DISPATCH_POLICY_MODE: "full", DISPATCH_APPROVAL: "never" }).policy).toEqual({ mode: "full", approval: "never" });
  expect(() => readSettings({ DISPATCH_POLICY_MODE: "all" })).toThrow(/DISPATCH_POLICY_MODE takes workspace-write or read-only or full/);
  expect(() => readSettings({ DISPATCH_APPROVAL: "yes" })).toThrow(/DISPATCH_APPROVAL takes ask or never or auto/);
});

test("turns are recorded where that is asked for", () => {
  expect(readSettings({ DISPATCH_TRACE_RECORDINGS: "on", DISPATCH_TRACE_DB: "/t.db" })).toMatchObject({
    traceRecordings: true,
    traceDbPath: "/t.db",
  });
  expect(() => readSettings({ DISPATCH_TRACE_RECORDINGS: "no" })).toThrow(/DISPATCH_TRACE_RECORDINGS takes off or on/);
});

test("a segment of the journal has a size of at least a page", () => {
  expect(readSettings({ DISPATCH_JOURNAL: "/var/log/dispatch/app.ndjson", DISPATCH_JOURNAL_MAX_BYTES: "4096" })).toMatchObject({
    journalPath: "/var/log/dispatch/app.ndjson",
    journalBytesMax: 4_096,
  });
  for (const DISPATCH_JOURNAL_MAX_BYTES of ["0", "4095", "1000000000", "50MiB"])
    expect(() => readSettings({ DISPATCH_JOURNAL_MAX_BYTES })).toThrow(/DISPATCH_JOURNAL_MAX_BYTES takes a whole number from 4096/);
});

test("the home folder counts where it is absolute", () => {
  expect(readSettings({ HOME: "/home/ada" }).home).toBe("/home/ada");
  for (const HOME of ["", "ada", "~"]) expect(readSettings({ HOME })).not.toHaveProperty("home");
});

test("every variable is heard, and blanks count as absent", () => {
  const settings = readSettings({
    BACKEND_PORT: "5000",
    PORT: "6000",
    SURFACE_WS_PORT: "5001",
    DISPATCH_HOST: "0.0.0.0",
    DISPATCH_TOKEN: " t ",
    DISPATCH_ALLOWED_ORIGINS: "https://a.example, https://b.example,",
    DISPATCH_ALLOWED_HOSTS: "a.example",
    DISPATCH_API_KEY: "k",
    UMANS_API_KEY: " ",
    DISPATCH_CACHE_WARMING_ROUNDS: "12",
    DISPATCH_DB_DURABILITY: "power",
    DISPATCH_IMAGE_DIR: "./pictures",
    DISPATCH_FETCH_ALLOW: "nas.lan, 192.168.1.0/24",
    FIRECRAWL_API_KEY: "f",
    FIRECRAWL_API_URL: "http://nas.lan:3002",
    TRANSCRIBER_URL: "http://nas.lan:8000",
  });
  expect(settings).toMatchObject({
    host: "0.0.0.0",
    port: 5000,
    socketPort: 5001,
    token: "t",
    allowedOrigins: ["https://a.example", "https://b.example"],
    allowedHosts: ["a.example"],
    keys: { DISPATCH_API_KEY: "k", FIRECRAWL_API_KEY: "f" },
    web: { fetchAllow: ["nas.lan", "192.168.1.0/24"], firecrawlUrl: "http://nas.lan:3002", transcriberUrl: "http://nas.lan:8000" },
    warmingRounds: 12,
    durability: "power",
    imageDir: "./pictures",
  });
});

test("spans go to DISPATCH_OTLP_URL, else to OpenTelemetry's own variable, else nowhere; content goes when asked for", () => {
  expect(readSettings({}).otlp).toEqual({ content: false });
  expect(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://a:4318", DISPATCH_OTLP_CONTENT: "on" }).otlp).toEqual({
    endpoint: "http://a:4318",
    content: true,
  });
  expect(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://a:4318", DISPATCH_OTLP_URL: "http://b:4318" }).otlp.endpoint).toBe(
    "http://b:4318",
  );
  expect(readSettings({ OTEL_EXPORTER_OTLP_HEADERS: "authorization=x" }).keys).toEqual({ OTEL_EXPORTER_OTLP_HEADERS: "authorization=x" });
  expect(() => readSettings({ DISPATCH_OTLP_URL: "collector:4318" })).toThrow(/DISPATCH_OTLP_URL takes an http or https URL/);
});

test.each(["", "abc", "0", "-1", "1.5", "70000"])("a port that is none (%j) is ignored", (port) => {
  expect(readSettings({ BACKEND_PORT: port }).port).toBe(24203);
  expect(readSettings({ BACKEND_PORT: port, PORT: "6000" }).port).toBe(6000);
  expect(readSettings({ SURFACE_WS_PORT: port }).socketPort).toBe(24205);
});

test.each([
  ["DISPATCH_BASE_URL", "not a url"],
  ["DISPATCH_BASE_URL", "file:///etc"],
  ["FIRECRAWL_API_URL", "nas.lan"],
  ["TRANSCRIBER_URL", "ftp://nas.lan"],
  ["UMANS_BASE_URL", "umans"],
  ["DISPATCH_OLLAMA_URL", "11434"],
  ["DISPATCH_CLAUDE_CREDENTIAL", "a/b"],
  ["DISPATCH_CLAUDE_CREDENTIAL", "opencode"],
  ["DISPATCH_DB_DURABILITY", "both"],
  ["DISPATCH_CACHE_WARMING_ROUNDS", "0"],
  ["DISPATCH_CACHE_WARMING_ROUNDS", "many"],
  ["DISPATCH_LOG_LEVEL", "loud"],
])("%s=%s is refused, naming the variable", (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(
    expect.objectContaining({ kind: "invalid", code: "host-bin/bad-setting", message: expect.stringContaining(name) }),
  );
});

test("a name that is no setting comes with the nearest that is", () => {
  expect(unknownVariables(["DISPATCH_MODLE", "DISPATCH_DB"])).toEqual([{ name: "DISPATCH_MODLE", nearest: "DISPATCH_MODEL" }]);
});

test("the sandbox is off or automatic, and what a command may take is counted in MiB, processes and seconds", () => {
  const settings = readSettings({ DISPATCH_SANDBOX: "off", DISPATCH_SANDBOX_MEMORY_MIB: "64", DISPATCH_SANDBOX_PROCESSES: "16" });
  expect(settings.sandbox).toMatchObject({ mode: "off", limits: { memoryBytesMax: 67_108_864, processesMax: 16 } });
  expect(() => readSettings({ DISPATCH_SANDBOX: "on" })).toThrow(/DISPATCH_SANDBOX takes auto or off/);
  expect(() => readSettings({ DISPATCH_SANDBOX_PROCESSES: "1" })).toThrow(/from 16/);
});
