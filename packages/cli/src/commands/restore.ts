import { resolve } from "node:path";
import { usageFault } from "../client-fault.ts";
import { type Command, jsonFlag } from "../command.ts";
import { installationPaths } from "../installation.ts";
import { oneLine } from "../one-line.ts";
import { printJson } from "../print-json.ts";
import { sizeText } from "../retention-pieces.ts";

export const restore: Command = {
  name: "restore",
  summary: "Puts a backup in the place of the data of a server that is stopped; what was there is set aside.",
  operands: [{ name: "file" }],
  flags: [
    {
      name: "db",
      value: "path",
      summary: "The database that it replaces; default DISPATCH_DB, else this installation's own.",
      completes: "file",
    },
    {
      name: "images",
      value: "path",
      summary: "Where its images go; default DISPATCH_IMAGE_DIR, else beside the database.",
      completes: "folder",
    },
    jsonFlag,
  ],
  async run({ operands, values, switches }, context) {
    const { screen } = context;
    const at = (path: string) => resolve(context.folder(), path);
    const database = values.db === undefined ? undefined : at(values.db);
    const paths = installationPaths(database === undefined ? context.env : { ...context.env, DISPATCH_DB: database });
    if (paths.database === ":memory:")
      throw usageFault("The server keeps its data in memory alone (DISPATCH_DB): name a database with --db.");
    // SQLite is loaded by the commands that need it.
    const { restoreBackup } = await import("../restore/restore-backup.ts");
    screen.busy("restoring");
    const done = await restoreBackup({
      backup: at(operands[0] ?? ""),
      database: paths.database,
      images: values.images === undefined ? paths.images : at(values.images),
      nowMs: context.now(),
    });
    if (switches.has("json")) await printJson(done, screen);
    else {
      const { aside } = done;
      await screen.write(
        { text: `Restored ${oneLine(done.database)}: ${sizeText(done.sizeBytes)}, ${done.entries} entries.\n` },
        { text: `${done.images} images came with it, ${done.imagesAdded} of them were missing in ${oneLine(paths.images)}.\n` },
        {
          text:
            aside === undefined ? "There was no database before.\n" : `What was there is ${oneLine(aside)}; remove it when all is well.\n`,
        },
        { text: "The search index is made anew when the server starts.\n", tone: "quiet" },
      );
    }
    return 0;
  },
};
