import { resolve } from "node:path";
import { getTrust, listTrust, removeTrust, setTrust } from "@dispatch/transport-contract";
import type { FolderTrustState } from "@dispatch/wire";
import { age } from "../age.ts";
import { ClientFault, usageFault } from "../client-fault.ts";
import { type Command, type Context, serverFlags } from "../command.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import type { Piece } from "../screen.ts";

export const trust: Command = {
  name: "trust",
  summary: "Shows the files of a folder that name programs, and trusts them once you say so; by default the current folder.",
  operands: [{ name: "folder", optional: true }],
  flags: [
    { name: "yes", summary: "Trust the files as they are now, without being asked." },
    { name: "list", summary: "Show the folders that are trusted." },
    ...serverFlags,
  ],
  async run({ operands, switches }, context) {
    const json = switches.has("json");
    if (switches.has("list")) return list(json, context);
    const folder = resolve(context.folder(), operands[0] ?? ".");
    const { output, raw } = await context.api.call(getTrust, { folder });
    if (!json) await context.screen.write(...statePieces(output));
    const isWanted = output.state !== "trusted" && (switches.has("yes") || (!json && (await isConfirmed(output, context))));
    if (!isWanted) {
      if (json) await printJson(raw, context.screen);
      return 0;
    }
    if (output.hash === null)
      throw new ClientFault("invalid", "cli/cannot-be-trusted", `${output.folder} cannot be trusted: ${output.problem ?? ""}`);
    const trusted = await context.api.call(setTrust, { folder: output.folder, hash: output.hash });
    if (json) await printJson(trusted.raw, context.screen);
    else await context.screen.write({ text: "Trusted, as these files are now. When one of them changes it is asked anew.\n" });
    return 0;
  },
};

export const untrust: Command = {
  name: "untrust",
  summary: "Trusts a folder no longer; by default the current folder.",
  operands: [{ name: "folder", optional: true }],
  flags: serverFlags,
  async run({ operands, switches }, { api, screen, folder }) {
    const given = resolve(folder(), operands[0] ?? ".");
    const { output, raw } = await api.call(removeTrust, { folder: given });
    if (switches.has("json")) await printJson(raw, screen);
    else await screen.write({ text: output.removed ? `${given} is trusted no longer.\n` : `${given} was not trusted.\n` });
    return 0;
  },
};

async function list(json: boolean, { api, screen, now }: Context): Promise<number> {
  const { output, raw } = await api.call(listTrust, {});
  if (json) await printJson(raw, screen);
  else
    await screen.write(
      ...output.folders.map(({ folder, by, at }) => ({ text: `${oneLine(folder)} | ${oneLine(by)} | ${age(at, now())}\n` })),
    );
  return 0;
}

async function isConfirmed({ hash }: FolderTrustState, { ask, screen, signal }: Context): Promise<boolean> {
  if (hash === null) return false;
  if (ask === undefined) throw usageFault("Nothing was changed. To trust these files add --yes.");
  const line = await ask(() => screen.write({ text: "Trust them? [y/N] ", to: "stderr", tone: "strong" }), signal);
  return /^y(es)?$/i.test(line?.trim() ?? "");
}

const states: { readonly [state in FolderTrustState["state"]]: string } = {
  trusted: "is trusted",
  untrusted: "is not trusted",
  changed: "was trusted, and its files are others since",
};

function statePieces({ folder, state, files, problem }: FolderTrustState): readonly Piece[] {
  const none = "It has no files that name programs; trusted, programs of its own node_modules may run.";
  return [
    { text: `${oneLine(folder)} ${states[state]}.\n`, tone: "strong" },
    ...(problem === undefined ? [] : [{ text: `It cannot be: ${oneLine(problem)}\n`, tone: "bad" } as const]),
    ...(files.length === 0 && problem === undefined ? [{ text: `${none}\n` }] : []),
    ...files.map(({ path, sizeBytes, sha256 }) => ({ text: `  ${oneLine(path)} | ${sizeBytes} bytes | ${sha256.slice(0, 12)}\n` })),
  ];
}
