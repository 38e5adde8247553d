import type { Clock, Model, ModelError, ModelRequest } from "@dispatch/kernel";
import { noSummary } from "./faults.ts";

/** A model that does not keep to its limit is not read to the end. */
const answerCharsMax = 64_000;
const retriesMax = 1;
const retryWaitMs = 1_000;
const retryWaitMsMax = 10_000;

/** The text of one answer that came to its end. Faults: `compaction/no-summary` when it is empty, cut, refused or fails. */
export async function askSummary(model: Model, request: ModelRequest, clock: Clock, signal: AbortSignal): Promise<string> {
  for (let retries = 0; ; retries++) {
    const answer = await readAnswer(model, request, signal);
    if (typeof answer === "string") return answer;
    const waitMs = answer.retryAfterMs ?? retryWaitMs;
    const mayWork = answer.kind === "unavailable" || answer.kind === "limited";
    if (signal.aborted || !mayWork || retries >= retriesMax || waitMs > retryWaitMsMax) throw noSummary(answer.message);
    await clock.sleep(waitMs, signal);
  }
}

async function readAnswer(model: Model, request: ModelRequest, signal: AbortSignal): Promise<string | ModelError> {
  let text = "";
  for await (const part of model.stream(request, signal)) {
    switch (part.type) {
      case "text-delta":
        text += part.text;
        if (text.length > answerCharsMax) throw noSummary("the model wrote far more than it was asked for.");
        break;
      case "error":
        return part;
      case "finish":
        return finished(text.trim(), part.unified);
      default:
        break;
    }
  }
  return brokenOff;
}

function finished(text: string, reason: string): string | ModelError {
  if (reason === "error") return brokenOff;
  if (reason === "length") throw noSummary("the model's answer was cut at its limit of length.");
  if (reason !== "stop" && reason !== "other") throw noSummary(`the model ended its answer with "${reason}".`);
  if (text === "") throw noSummary("the model answered with nothing.");
  return text;
}

const brokenOff: ModelError = {
  type: "error",
  kind: "unavailable",
  code: "compaction/cut",
  message: "the model's answer broke off.",
};
