import { isAbsolute } from "node:path";
import { childEnvironment } from "@dispatch/child-processes";
import { type Abilities, bubblewrapWords } from "./bubblewrap.ts";
import type { SandboxState } from "./contract.ts";
import { defaultLimits } from "./limits.ts";

/** What was found on this machine. */
export interface Found {
  readonly state: SandboxState;
  readonly abilities: Abilities;
}

const systemPath = "/usr/bin:/usr/local/bin:/bin:/run/current-system/sw/bin";
const tryMsMax = 2_000;
const reasonCharsMax = 300;

/** Where bubblewrap is, without starting it. Never below the current folder. */
export function findProgram(path: string = process.env.PATH ?? ""): string | undefined {
  const found = Bun.which("bwrap", { PATH: [systemPath, path].join(":") });
  return found !== null && isAbsolute(found) ? found : undefined;
}

/** Starts something in a sandbox, since a program that is there may still not be allowed to make one. */
export async function tryBubblewrap(program: string | undefined): Promise<Found> {
  if (program === undefined) return { state: notInstalled, abilities: { disableUserns: false } };
  for (const disableUserns of [true, false]) {
    const tried = await tryOut(program, { disableUserns });
    if (tried.code === 0) return { state: { available: true, program, version: tried.said }, abilities: { disableUserns } };
    if (!disableUserns) return { state: notAllowed(tried.said), abilities: { disableUserns } };
  }
  throw new Error("unreachable");
}

export const notInstalled: SandboxState = {
  available: false,
  reason: "bubblewrap (bwrap) is not installed",
  hint: "Install it (apt install bubblewrap, dnf install bubblewrap, apk add bubblewrap, pacman -S bubblewrap) and restart the server.",
};

const notAllowed = (said: string): SandboxState => ({
  available: false,
  reason: `bubblewrap makes no sandbox here: ${said}`,
  hint:
    "Allow user namespaces to the server: sysctl kernel.unprivileged_userns_clone=1 or an AppArmor profile for bwrap; in a container, run it with " +
    "--security-opt seccomp=unconfined --security-opt systempaths=unconfined; in a systemd unit, RestrictNamespaces=no. Then restart the server.",
});

async function tryOut(program: string, abilities: Abilities): Promise<{ readonly code: number; readonly said: string }> {
  const view = {
    writable: [],
    readOnly: [],
    pinned: [],
    hiddenAround: [],
    hiddenFolders: [],
    hiddenFiles: [],
    readable: [],
    back: [],
    temporary: ["/tmp"],
    network: false,
    cwd: "/",
  };
  const words = bubblewrapWords(view, defaultLimits, abilities);
  try {
    const child = Bun.spawn([program, ...words, "--", program, "--version"], {
      cwd: "/",
      env: childEnvironment(process.env, "/"),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: tryMsMax,
      killSignal: "SIGKILL",
    });
    const [out, err, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
    const last = (code === 0 ? out : err).trim().split("\n").at(-1) ?? "";
    return { code, said: last.replace(/^(bwrap: |bubblewrap )/, "").slice(0, reasonCharsMax) };
  } catch (thrown) {
    return { code: 1, said: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
