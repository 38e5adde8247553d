import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { extensionLaws, testExtension, toolLaws } from "@dispatch/testkit";
import workspaceTrust from "@dispatch/workspace-trust";
import { test } from "vitest";
import extension from "./index.ts";
import { openLanguageDesk } from "./language.fixture.ts";
import { lspTool } from "./lsp-tool.ts";

/** The laws ask nothing of the conversations; the other tests have the real ones. */
const standIn = testExtension("session-orchestrator", {
  activate(host) {
    host.provide(Conversations, {} as Conversations);
  },
});
const others = [opRegistry, conversationStore, standIn, workspaceTrust];

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));

for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => {
      const { services, workspace } = await openLanguageDesk({
        "a.ts": "export const one: number = 1;\n",
        "b.bin": "x",
        "tsconfig.json": "{}",
      });
      const at = { path: "a.ts", symbol: "one" };
      return {
        tool: lspTool(services),
        workspace,
        good: [
          { action: "diagnostics", path: "a.ts" },
          { action: "diagnostics" },
          { action: "hover", ...at },
          { action: "definition", path: "a.ts", line: 1, column: 14 },
          { action: "references", ...at },
          { action: "symbols", path: "a.ts" },
          { action: "symbols", query: "one" },
          { action: "rename_preview", ...at, newName: "two" },
        ],
        misfits: [
          {},
          { action: "format" },
          { action: "hover", path: "a.ts" },
          { action: "hover", symbol: "one" },
          { action: "definition", path: "a.ts", line: 1 },
          { action: "symbols" },
          { action: "rename_preview", ...at },
        ],
        refused: [
          { action: "diagnostics", path: "none.ts" },
          { action: "diagnostics", path: "../outside/secret.txt" },
          { action: "diagnostics", path: "b.bin" },
          { action: "hover", path: ".", symbol: "x" },
          { action: "hover", path: "a.ts", symbol: "nowhere" },
          { action: "hover", path: "a.ts", line: 9, column: 1 },
          { action: "rename_preview", path: "a.ts", symbol: "export", newName: "two" },
        ],
      };
    }),
  );
