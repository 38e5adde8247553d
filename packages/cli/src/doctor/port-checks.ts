import type { DoctorCheck } from "@dispatch/transport-contract";
import { fail, ok } from "./check.ts";

const askMsMax = 1_000;

export interface WantedPort {
  readonly port: number;
  /** The setting that names it. */
  readonly setting: string;
}

/** Free, taken by a server of ours, or taken by another; one that says nothing for so long is another. */
export async function portCheck({ port, setting }: WantedPort, patienceMs = askMsMax): Promise<DoctorCheck> {
  const id = `ports.${port}`;
  if (isFree(port)) return ok(id, `Port ${port} (${setting}) is free.`);
  if (await isOurs(port, patienceMs)) return ok(id, `Port ${port} (${setting}) is a Dispatch server's.`);
  return fail(
    id,
    `Port ${port} (${setting}) is taken by another program.`,
    `Find it with ss -ltnp 'sport = :${port}', or set ${setting} to another port.`,
  );
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}

const isOurs = async (port: number, patienceMs: number): Promise<boolean> =>
  (await speaks("http", port, patienceMs)) || (await speaks("https", port, patienceMs));

/**
 * Health on the HTTP port; on the WebSocket's own port a plain request is told, with 426, that it should upgrade. Whose certificate it is does not
 * matter here: nothing is told to it.
 */
async function speaks(scheme: "http" | "https", port: number, patienceMs: number): Promise<boolean> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const init: BunFetchRequestInit = { signal: patience, redirect: "manual", tls: { rejectUnauthorized: false } };
    const answer = await fetch(`${scheme}://127.0.0.1:${port}/health`, init);
    const text = (await answer.text()).slice(0, 200);
    return answer.status === 426 ? text.includes("WebSocket") : answer.ok && text.includes('"ok":true');
  } catch {
    return false;
  }
}
