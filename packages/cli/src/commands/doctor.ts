import { resolve } from "node:path";
import { type DoctorCheck, protocolVersion } from "@dispatch/transport-contract";
import { usageFault } from "../client-fault.ts";
import { type Args, type Command, type Context, serverFlags } from "../command.ts";
import { askServer } from "../doctor/ask-server.ts";
import { ok } from "../doctor/check.ts";
import { diskCheck, journalFileChecks, secretFileChecks, toolChecks } from "../doctor/machine-checks.ts";
import { portCheck } from "../doctor/port-checks.ts";
import { installationPaths } from "../installation.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";
import { isLoopback } from "../server-address.ts";
import { version } from "../version.ts";

export const doctor: Command = {
  name: "doctor",
  summary: "Looks at the server and this machine, and says what to do about what is wrong; works with the server down.",
  operands: [],
  flags: [
    { name: "text", summary: "Print it for people: the default." },
    {
      name: "db",
      value: "path",
      summary: "The database to look at; default the server's own, else this installation's.",
      completes: "file",
    },
    ...serverFlags,
  ],
  async run(args, context) {
    if (args.switches.has("text") && args.switches.has("json")) throw usageFault("--text and --json exclude each other.");
    context.screen.busy("looking");
    const checks = await allChecks(args, context);
    const failed = checks.filter(({ status }) => status === "fail").length;
    if (args.switches.has("json")) await printJson({ ok: failed === 0, checks }, context.screen);
    else await context.screen.write(...checks.flatMap(pieces), ...summary(checks));
    return failed === 0 ? 0 : 1;
  },
};

async function allChecks({ values }: Args, { api, env, now, folder }: Context): Promise<readonly DoctorCheck[]> {
  const client = ok(
    "client",
    `Client ${version}, protocol ${protocolVersion}, Bun ${process.versions.bun ?? "unknown"}, ${process.platform} ${process.arch}.`,
  );
  const server = await askServer(api, now);
  const isHere = values.server === undefined || isLoopback(values.server);
  if (!isHere && values.db === undefined) return [client, ...server.checks];
  const paths = installationPaths(env);
  const database = values.db === undefined ? (server.database ?? paths.database) : resolve(folder(), values.db);
  // SQLite is loaded by the commands that need it.
  const { databaseCheck } = await import("../doctor/database-check.ts");
  return [
    client,
    ...server.checks,
    ...(await Promise.all([
      portCheck({ port: paths.port, setting: "BACKEND_PORT" }),
      portCheck({ port: paths.socketPort, setting: "SURFACE_WS_PORT" }),
    ])),
    ...(database === ":memory:" ? [] : [databaseCheck(database), diskCheck(database)]),
    ...(server.state === "down" ? journalFileChecks(paths.journal, now()) : []),
    ...secretFileChecks(paths.secretFiles),
    ...toolChecks((program) => Bun.which(program)),
  ];
}

const marks = {
  ok: { text: "ok    ", tone: "quiet" },
  warn: { text: "warn  ", tone: "strong" },
  fail: { text: "FAIL  ", tone: "bad" },
} as const;

const pieces = ({ id, status, detail, hint }: DoctorCheck): readonly Piece[] => [
  marks[status],
  { text: `${oneLine(id)}: `, tone: "quiet" },
  { text: `${oneLine(detail)}\n` },
  ...(hint === undefined ? [] : [{ text: `      → ${oneLine(hint)}\n` }]),
];

function summary(checks: readonly DoctorCheck[]): readonly Piece[] {
  const count = (status: DoctorCheck["status"]) => checks.filter((check) => check.status === status).length;
  return [{ text: `${count("ok")} ok, ${count("warn")} warnings, ${count("fail")} failures\n`, tone: count("fail") > 0 ? "bad" : "plain" }];
}
