import { readFile } from "node:fs/promises";
import { hostname, platform, release } from "node:os";

export const machineName = (): string => hostname();

export async function systemName(): Promise<string> {
  if (platform() !== "linux") return platform();
  const described = await readFile("/etc/os-release", "utf8").catch(() => "");
  return linuxName(described, release());
}

/** The distribution as its os-release file calls itself, marked where the kernel is that of WSL. */
export function linuxName(osRelease: string, kernelRelease: string): string {
  const values = new Map(Array.from(osRelease.matchAll(/^([A-Z_]+)=(["']?)(.*)\2\s*$/gm), ([, name = "", , value = ""]) => [name, value]));
  const name = values.get("PRETTY_NAME") || values.get("NAME") || "Linux";
  return /microsoft|wsl/i.test(kernelRelease) ? `${name} (WSL)` : name;
}
