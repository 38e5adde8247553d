import { z } from "zod";
import { modelNameCharsMax, pathCharsMax, titleCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { reasoningEffort } from "../schemas/conversation.ts";
import { id, workspaceSlug } from "../schemas/id.ts";

const conversation = z.object({ conversationId: id });
const cwd = z.object({ conversationId: z.string(), cwd: z.string().nullable() });
const model = z.object({ conversationId: z.string(), model: z.string().nullable() });

export const getCwd = defineOp({
  id: "cwd.get",
  intent: "read",
  summary: "The folder stored for a conversation.",
  input: conversation,
  output: cwd,
  http: { method: "GET", path: "/conversations/:conversationId/cwd" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", cwd: null } }],
});

export const setCwd = defineOp({
  id: "cwd.set",
  intent: "write",
  summary: "Sets the folder a conversation works in, and its workspace when one is given.",
  input: conversation.extend({
    cwd: z.string().min(1, "must not be empty; DELETE clears it").max(pathCharsMax),
    workspaceId: workspaceSlug.optional(),
  }),
  output: cwd,
  http: { method: "PUT", path: "/conversations/:conversationId/cwd" },
  examples: [{ input: { conversationId: "c1", cwd: "/tmp" }, output: { conversationId: "c1", cwd: "/tmp" } }],
});

export const clearCwd = defineOp({
  id: "cwd.clear",
  intent: "write",
  summary: "Forgets the folder of a conversation; the server's own is used again.",
  input: conversation,
  output: cwd,
  http: { method: "DELETE", path: "/conversations/:conversationId/cwd" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", cwd: null } }],
});

export const getModel = defineOp({
  id: "model.get",
  intent: "read",
  summary: "The model stored for a conversation.",
  input: conversation,
  output: model,
  http: { method: "GET", path: "/conversations/:conversationId/model" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", model: null } }],
});

export const setModel = defineOp({
  id: "model.set",
  intent: "write",
  summary: "Sets the model of a conversation by name; null or empty clears it.",
  input: conversation.extend({
    model: z.preprocess((given) => (given === "" ? null : given), z.string().max(modelNameCharsMax).nullable()),
  }),
  output: model,
  http: { method: "PUT", path: "/conversations/:conversationId/model" },
  examples: [
    { input: { conversationId: "c1", model: "demo/echo" }, output: { conversationId: "c1", model: "demo/echo" } },
    { input: { conversationId: "c1", model: "" }, output: { conversationId: "c1", model: null } },
  ],
});

export const getReasoningEffort = defineOp({
  id: "reasoning-effort.get",
  intent: "read",
  summary: "The reasoning effort stored for a conversation.",
  input: conversation,
  output: z.object({ conversationId: z.string(), reasoningEffort: reasoningEffort.nullable() }),
  http: { method: "GET", path: "/conversations/:conversationId/reasoning-effort" },
  examples: [{ input: { conversationId: "c1" }, output: { conversationId: "c1", reasoningEffort: null } }],
});

export const setReasoningEffort = defineOp({
  id: "reasoning-effort.set",
  intent: "write",
  summary: "Sets how hard the model thinks in a conversation.",
  input: conversation.extend({ reasoningEffort }),
  output: z.object({ conversationId: z.string(), reasoningEffort }),
  http: { method: "PUT", path: "/conversations/:conversationId/reasoning-effort" },
  examples: [{ input: { conversationId: "c1", reasoningEffort: "low" }, output: { conversationId: "c1", reasoningEffort: "low" } }],
});

export const setTitle = defineOp({
  id: "title.set",
  intent: "write",
  summary: "Renames a conversation.",
  input: conversation.extend({ title: z.string().trim().min(1, "must not be blank").max(titleCharsMax) }),
  output: z.object({ conversationId: z.string(), title: z.string() }),
  http: { method: "PUT", path: "/conversations/:conversationId/title" },
  examples: [{ input: { conversationId: "c1", title: " Plans " }, output: { conversationId: "c1", title: "Plans" } }],
});
