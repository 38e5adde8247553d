import { type DoctorCheck, getDoctorReport, getHealth, protocolVersion } from "@dispatch/transport-contract";
import type { Api } from "../api.ts";
import { ClientFault } from "../client-fault.ts";
import { version } from "../version.ts";
import { fail, ok, warn } from "./check.ts";

/** Providers are asked meanwhile. */
const reportMsMax = 15_000;
const healthMsMax = 5_000;
const skewMsMax = 5_000;

export interface ServerState {
  /** `down`: nobody answers. `other`: somebody does who is no server of this protocol, or lets us not in. */
  readonly state: "up" | "down" | "other";
  /** Of the report, on the server's machine. */
  readonly database?: string;
  readonly checks: readonly DoctorCheck[];
}

/** What the server says of itself. That it does not run is no failure of it. */
export async function askServer(api: Api, now: () => number): Promise<ServerState> {
  let health: unknown;
  try {
    health = (await api.call(getHealth, { verbose: "1" }, healthMsMax)).raw;
  } catch (thrown) {
    return unreachable(thrown);
  }
  const parts = partChecks(health);
  try {
    const from = now();
    const { output } = await api.call(getDoctorReport, {}, reportMsMax);
    const skewMs = output.now - (from + now()) / 2;
    const checks = [
      ok(
        "server",
        `The server answers: version ${output.version}, protocol ${output.protocol}, ${output.runtime}, schema ${output.schemaVersion}.`,
      ),
      protocolCheck(output.protocol, output.version),
      skewCheck(skewMs, now() - from),
      ...output.checks,
      ...parts,
    ];
    return { state: "up", database: output.database, checks };
  } catch (thrown) {
    const { message } = asFault(thrown);
    const hint = asFault(thrown).kind === "denied" ? "Set DISPATCH_TOKEN to the server's own." : "Restart or upgrade the server.";
    return { state: "up", checks: [fail("server", `The server answers and does not report: ${message}`, hint), ...parts] };
  }
}

function unreachable(thrown: unknown): ServerState {
  const { code, message } = asFault(thrown);
  if (code === "cli/no-server")
    return {
      state: "down",
      checks: [
        warn("server", "No server answers, so that only this machine is looked at.", "Start it with bin/up, or systemctl start dispatch."),
      ],
    };
  return {
    state: "other",
    checks: [fail("server", message, "See what answers there: another program, or a server that hangs. Restart it.")],
  };
}

const protocolCheck = (protocol: number, server: string): DoctorCheck =>
  protocol === protocolVersion
    ? ok("versions", `Client ${version} and server ${server} speak the same protocol.`)
    : fail("versions", `The client speaks protocol ${protocolVersion}, the server ${protocol}.`, "Upgrade the older of the two.");

function skewCheck(skewMs: number, tookMs: number): DoctorCheck {
  const apart = Math.abs(skewMs) - tookMs;
  if (apart <= skewMsMax) return ok("clock.skew", "The clocks of client and server agree.");
  const detail = `The server's clock is ${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs < 0 ? "behind" : "ahead of"} this machine's.`;
  return warn("clock.skew", detail, "Let both keep their time (timedatectl set-ntp true).");
}

/** Journal and collector, where the server has them. */
function partChecks(health: unknown): readonly DoctorCheck[] {
  const { journal, collector } = (health ?? {}) as { readonly [part: string]: { readonly [field: string]: unknown } | undefined };
  return [
    ...(journal === undefined ? [] : [journalCheck(Number(journal.dropped ?? 0), Number(journal.written ?? 0))]),
    ...(collector === undefined ? [] : [collectorCheck(String(collector.state), Number(collector.restarts ?? 0))]),
  ];
}

const journalCheck = (dropped: number, written: number): DoctorCheck =>
  dropped === 0
    ? ok("journal", `${written} records were written and none was lost.`)
    : warn(
        "journal",
        `${dropped} records of the journal were lost.`,
        "Look for a full disk, or a journal that this user may not write to.",
      );

function collectorCheck(state: string, restarts: number): DoctorCheck {
  if (state === "running" || state === "off")
    return ok("collector", `The collector is ${state}${restarts === 0 ? "" : `; it was restarted ${restarts} times`}.`);
  const hint = "Turns go on; traces stand still. See the server's log for why it ends, then restart the server.";
  return warn("collector", `The collector is ${state} after ${restarts} restarts.`, hint);
}

const asFault = (thrown: unknown): { readonly kind: string; readonly code: string; readonly message: string } =>
  thrown instanceof ClientFault ? thrown : { kind: "defect", code: "cli/defect", message: String(thrown) };
