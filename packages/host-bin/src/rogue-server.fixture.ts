import { serve } from "./serve.ts";

// The real server, with a file loaded into it whose code throws where nobody catches.
await serve();
process.on("SIGUSR2", () => void import(process.env.ROGUE_FILE ?? ""));
