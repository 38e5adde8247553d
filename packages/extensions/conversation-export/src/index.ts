import { ConversationLog } from "@dispatch/conversation-store/contract";
import { Images } from "@dispatch/images/contract";
import { defineExtension } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { Secrets } from "@dispatch/secrets/contract";
import { exportConversation } from "@dispatch/transport-contract";

/** A conversation as one file, to be read or kept elsewhere. */
export default defineExtension({
  id: "conversation-export",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "images", "secrets"],
  capabilities: [],
  activate(host) {
    const [log, images, secrets] = [host.use(ConversationLog), host.use(Images), host.use(Secrets)];
    host.contribute(
      Ops,
      implement(exportConversation, async ({ conversationId, format = "md" }, { signal }) => {
        // Loaded when it is asked for: a start does not wait for it.
        const { exportAs } = await import("./export-conversation.ts");
        const { fileName, text } = await exportAs(conversationId, format, { log, images, secrets, signal });
        return { conversationId, format, fileName, text };
      }),
    );
  },
});
