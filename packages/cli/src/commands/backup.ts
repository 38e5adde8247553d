import { isAbsolute, resolve } from "node:path";
import { createBackup } from "@dispatch/transport-contract";
import { usageFault } from "../client-fault.ts";
import { type Command, serverFlags } from "../command.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import { sizeText } from "../retention-pieces.ts";
import { isLoopback } from "../server-address.ts";

/** A large database on a slow disk. */
const backupPatienceMs = 3_600_000;

export const backup: Command = {
  name: "backup",
  summary: "Writes conversations, settings and images into one file on the server's machine, while the server works on.",
  operands: [{ name: "file" }],
  flags: [{ name: "force", summary: "Replace an older backup of that name." }, ...serverFlags],
  async run({ operands, values, switches }, context) {
    const { api, screen } = context;
    const [given = ""] = operands;
    if (!given.endsWith(".db")) throw usageFault("A backup's name ends in .db, so that no file of another kind is ever replaced.");
    if (!isAbsolute(given) && values.server !== undefined && !isLoopback(values.server))
      throw usageFault("The file is written on the server's machine: give its whole path there.");
    const file = isAbsolute(given) ? resolve(given) : resolve(context.folder(), given);
    screen.busy("writing the backup");
    const { output, raw } = await api.call(createBackup, { file, ...(switches.has("force") ? { force: true } : {}) }, backupPatienceMs);
    if (switches.has("json")) await printJson(raw, screen);
    else
      await screen.write({
        text: `Wrote ${oneLine(output.file)}: ${sizeText(output.sizeBytes)}, ${output.entries} entries, ${output.files} images. dispatch restore puts it back.\n`,
      });
    return 0;
  },
};
