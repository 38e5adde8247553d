import { ConversationLog } from "@dispatch/conversation-store/contract";
import { Images } from "@dispatch/images/contract";
import { defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { exportConversation } from "@dispatch/transport-contract";

/** A conversation as one file, to be read or kept elsewhere. */
export default defineExtension({
  id: "conversation-export",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "images"],
  capabilities: [],
  activate(host) {
    const [log, images] = [host.use(ConversationLog), host.use(Images)];
    host.contribute(
      Ops,
      implement(exportConversation, async ({ conversationId, format = "md" }, { signal }) => {
        // Loaded when it is asked for: a start does not wait for it.
        const { exportAs } = await import("./export-conversation.ts");
        const { fileName, text } = await exportAs(conversationId, format, { log, images, signal });
        return { conversationId, format, fileName, text };
      }),
    );
  },
});
