import { resolve } from "node:path";
import { exportConversation, exportFormats } from "@dispatch/transport-contract";
import { type Command, serverFlags } from "../command.ts";
import { resolveConversationId } from "../conversation-id.ts";
import { printJson } from "../print-json.ts";
import { writeNewFile } from "../write-file.ts";

export const exportCommand: Command = {
  name: "export",
  summary: "Prints a conversation as Markdown, JSON or a page, or writes it to a file.",
  operands: [{ name: "id" }],
  flags: [
    {
      name: "format",
      value: "format",
      summary: "md to read, json with all that is stored, html as one page; default md.",
      choices: exportFormats,
    },
    { name: "out", value: "file", summary: "Write it there, for you alone.", completes: "file" },
    { name: "force", summary: "Replace a file that is there." },
    ...serverFlags,
  ],
  async run({ operands, values, switches }, context) {
    const { api, screen } = context;
    const conversationId = await resolveConversationId(operands[0] ?? "", api);
    screen.busy("waiting for the server");
    const { output, raw } = await api.call(exportConversation, {
      conversationId,
      ...(values.format === undefined ? {} : { format: values.format }),
    });
    if (values.out !== undefined) {
      const file = resolve(context.folder(), values.out);
      await writeNewFile(file, output.text, switches.has("force"));
      if (switches.has("json")) await printJson({ conversationId, format: output.format, file }, screen);
      else await screen.write({ text: `Wrote ${file}.\n` });
    } else if (switches.has("json")) await printJson(raw, screen);
    else await screen.write({ text: output.text });
    return 0;
  },
};
