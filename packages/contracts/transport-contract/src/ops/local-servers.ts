import { z } from "zod";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";

export const findLocalServers = defineOp({
  id: "local-servers.find",
  intent: "write",
  summary: "Looks for Ollama, llama.cpp and LM Studio on the server's machine, and keeps what it finds as credentials.",
  input: z.object({}),
  output: z.object({
    found: listOf(
      z.object({ credential: z.string(), baseUrl: z.string(), models: listOf(z.string()).describe("`<credential>/<model>`.") }),
    ),
    missing: listOf(z.string()).describe("Credentials of those that did not answer."),
  }),
  http: { method: "POST", path: "/models/local", bodyOptional: true },
  cli: { command: "find-local" },
  examples: [{ input: {}, output: { found: [], missing: ["ollama", "llamacpp", "lmstudio"] } }],
});
