import type { DoctorCheck } from "@dispatch/transport-contract";
import { fail, ok } from "./check.ts";

const askMsMax = 1_000;

export interface WantedPort {
  readonly port: number;
  /** The setting that names it. */
  readonly setting: string;
}

/** Free, taken by a server of ours, or taken by another. */
export async function portCheck({ port, setting }: WantedPort): Promise<DoctorCheck> {
  const id = `ports.${port}`;
  if (isFree(port)) return ok(id, `Port ${port} (${setting}) is free.`);
  if (await isOurs(port)) return ok(id, `Port ${port} (${setting}) is a Dispatch server's.`);
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

/** Health on the HTTP port; on the WebSocket's own port a plain request is told, with 426, that it should upgrade. */
async function isOurs(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(askMsMax), redirect: "manual" });
    const text = (await answer.text()).slice(0, 200);
    return answer.status === 426 ? text.includes("WebSocket") : answer.ok && text.includes('"ok":true');
  } catch {
    return false;
  }
}
